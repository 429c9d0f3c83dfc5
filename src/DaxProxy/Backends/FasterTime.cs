namespace DaxProxy.Backends;

/// <summary>A clock that goes faster than another one: so long after its beginning, as many times as long seems to have passed.</summary>
/// <remarks>
/// Thread-safe. It begins with the other one's time. Its timers fire by its own time. Of <see cref="GetTimestamp"/> only differences mean
/// anything.
/// </remarks>
internal sealed class FasterTime : TimeProvider
{
    private readonly TimeProvider inner;
    private readonly int factor;
    private readonly DateTimeOffset begin;
    private readonly long startedAt;

    /// <param name="inner">The other clock.</param>
    /// <param name="factor">How many times as fast, at least 1.</param>
    public FasterTime(TimeProvider inner, int factor)
    {
        this.inner = inner;
        this.factor = factor;
        begin = inner.GetUtcNow();
        startedAt = inner.GetTimestamp();
    }

    /// <inheritdoc/>
    public override long TimestampFrequency => inner.TimestampFrequency;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => inner.LocalTimeZone;

    /// <summary>The clock as the option says: the other one itself where it is not faster.</summary>
    public static TimeProvider Of(TimeProvider inner, int factor) => factor == 1 ? inner : new FasterTime(inner, factor);

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => begin + (inner.GetElapsedTime(startedAt) * factor);

    /// <inheritdoc/>
    public override long GetTimestamp() => (inner.GetTimestamp() - startedAt) * factor;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new Timer(inner.CreateTimer(callback, state, Shorter(dueTime), Shorter(period)), this);

    private TimeSpan Shorter(TimeSpan span) => span == Timeout.InfiniteTimeSpan ? span : span / factor;

    private sealed class Timer(ITimer inner, FasterTime time) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => inner.Change(time.Shorter(dueTime), time.Shorter(period));

        public void Dispose() => inner.Dispose();

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
