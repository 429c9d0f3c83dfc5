namespace DaxProxy.Tests.Caching;

/// <summary>A clock that stands still until a test moves it; timers that come due are called from there.</summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly List<ManualTimer> timers = [];
    private DateTimeOffset now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private int created;

    /// <summary>How many timers were made so far.</summary>
    public int Created => Volatile.Read(ref created);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => now;

    public override long GetTimestamp() => now.UtcTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ManualTimer timer = new(this, () => callback(state));
        timer.Change(dueTime, period);
        lock (timers)
        {
            timers.Add(timer);
        }

        Interlocked.Increment(ref created);
        return timer;
    }

    public void Advance(double seconds)
    {
        now += TimeSpan.FromSeconds(seconds);
        ManualTimer[] all;
        lock (timers)
        {
            all = [.. timers];
        }

        foreach (ManualTimer timer in all)
        {
            timer.FireIfDue();
        }
    }

    /// <summary>Calls once for each change of its due time; nothing here needs more.</summary>
    private sealed class ManualTimer(ManualTime time, Action callback) : ITimer
    {
        private readonly Lock gate = new();
        private DateTimeOffset? due;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (gate)
            {
                due = dueTime == Timeout.InfiniteTimeSpan ? null : time.now + dueTime;
            }

            return true;
        }

        public void FireIfDue()
        {
            lock (gate)
            {
                if (due is null || due > time.now)
                {
                    return;
                }

                due = null;
            }

            callback();
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
