using DaxProxy.Engine.Services;
using DaxProxy.Telemetry;

namespace DaxProxy.Services;

/// <summary>Work that is done once for each minute that has ended, by a clock that may be a fast one.</summary>
/// <remarks>
/// Steps never overlap. Where the process is late, the minutes that were missed are made up for, one after the other and some at most. A
/// failure is logged, and the next minute does what this one did not.
/// </remarks>
internal sealed class MinuteSteps : IAsyncDisposable
{
    /// <summary>Most minutes that are made up for; older ones are past.</summary>
    private const int MaxMissed = 30;

    private readonly TimeProvider time;
    private readonly Func<long, Task> step;
    private readonly ILogger logger;
    private readonly CancellationTokenSource stop = new();
    private readonly Task running;
    private bool isDisposed;

    /// <param name="time">The clock.</param>
    /// <param name="step">What to do for a minute, counted from 1970, that has ended.</param>
    /// <param name="logger">Where to log.</param>
    public MinuteSteps(TimeProvider time, Func<long, Task> step, ILogger logger)
    {
        (this.time, this.step, this.logger) = (time, step, logger);
        running = Task.Run(RunAsync);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref isDisposed, true))
        {
            return;
        }

        await stop.CancelAsync().ConfigureAwait(false);
        await running.ConfigureAwait(false);
        stop.Dispose();
    }

    private async Task RunAsync()
    {
        long done = MetricStore.MinuteOf(time.GetUtcNow()) - 1;
        while (true)
        {
            // A little behind the minute, for what was measured in it and is on its way.
            TimeSpan wait = MetricStore.TimeOf(done + 2) - time.GetUtcNow() + TimeSpan.FromSeconds(1);
            try
            {
                await Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, time, stop.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            long ended = MetricStore.MinuteOf(time.GetUtcNow()) - 1;
            for (done = Math.Max(done, ended - MaxMissed); done < ended && !stop.IsCancellationRequested;)
            {
                done++;
                await TakeAsync(done).ConfigureAwait(false);
            }
        }
    }

    private async Task TakeAsync(long minute)
    {
        try
        {
            await step(minute).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // See the remarks.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Log.ServiceStepFailed(logger, exception);
        }
    }
}
