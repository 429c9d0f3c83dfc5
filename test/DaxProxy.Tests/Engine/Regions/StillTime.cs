namespace DaxProxy.Tests.Engine.Regions;

/// <summary>A clock that stands where a test puts it, also further back, and lets nothing happen by itself.</summary>
internal sealed class StillTime : TimeProvider
{
    public DateTimeOffset Now
    {
        get;
        set
        {
            field = value;
            Latest = value > Latest ? value : Latest;
        }
    } = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The latest time that it has ever shown.</summary>
    public DateTimeOffset Latest { get; private set; }

    public override DateTimeOffset GetUtcNow() => Now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new NoTimer();

    private sealed class NoTimer : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
