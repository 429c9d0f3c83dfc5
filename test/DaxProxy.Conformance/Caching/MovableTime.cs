namespace DaxProxy.Conformance.Caching;

/// <summary>The system's clock, which a test can move on.</summary>
internal sealed class MovableTime : TimeProvider
{
    private long offsetTicks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddTicks(Volatile.Read(ref offsetTicks));

    public override long GetTimestamp() => System.GetElapsedTime(0).Ticks + Volatile.Read(ref offsetTicks);

    public void Advance(TimeSpan span) => Interlocked.Add(ref offsetTicks, span.Ticks);
}
