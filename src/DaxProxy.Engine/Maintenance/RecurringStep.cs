namespace DaxProxy.Engine.Maintenance;

/// <summary>Work in the background, done again and again; the pause begins when the work ends, so that it never overlaps itself.</summary>
/// <remarks>
/// A failure is not reported. The next run does what this one did not. A fault that makes the work fail also makes requests fail, and
/// their callers are told. Disposing waits for work that is under way.
/// </remarks>
internal sealed class RecurringStep : IDisposable
{
    private readonly Func<CancellationToken, Task> work;
    private readonly TimeSpan pause;
    private readonly CancellationTokenSource stop = new();
    private readonly Lock gate = new();
    private readonly ITimer timer;
    private Task running = Task.CompletedTask;

    public RecurringStep(TimeProvider time, TimeSpan pause, Func<CancellationToken, Task> work)
    {
        this.work = work;
        this.pause = pause;
        timer = time.CreateTimer(static state => ((RecurringStep)state!).Start(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        timer.Change(pause, Timeout.InfiniteTimeSpan);
    }

    public void Dispose()
    {
        Task last;
        lock (gate)
        {
            stop.Cancel();
            last = running;
        }

        timer.Dispose();
        last.Wait();
        stop.Dispose();
    }

    private void Start()
    {
        lock (gate)
        {
            if (!stop.IsCancellationRequested)
            {
                running = Task.Run(RunAsync);
            }
        }
    }

    private async Task RunAsync()
    {
        try
        {
            await work(stop.Token).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // See the remarks.
        catch (Exception)
#pragma warning restore CA1031
        {
        }

        lock (gate)
        {
            if (!stop.IsCancellationRequested)
            {
                timer.Change(pause, Timeout.InfiniteTimeSpan);
            }
        }
    }
}
