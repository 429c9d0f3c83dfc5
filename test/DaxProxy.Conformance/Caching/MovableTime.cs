namespace DaxProxy.Conformance.Caching;

/// <summary>The system's clock, which a test can move on, and which can fail inside the core of the caches: then whoever looks up or stores there meets a fault.</summary>
internal sealed class MovableTime : TimeProvider
{
    private long offsetTicks;

    /// <summary>Whether the core of the caches gets no time.</summary>
    public bool FailsInCaches { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => FailsInCaches && Environment.StackTrace.Contains("DaxProxy.Core.Caching.Core.", StringComparison.Ordinal)
        ? throw new InvalidOperationException("no time in the caches")
        : System.GetUtcNow().AddTicks(Volatile.Read(ref offsetTicks));

    public override long GetTimestamp() => System.GetElapsedTime(0).Ticks + Volatile.Read(ref offsetTicks);

    public void Advance(TimeSpan span) => Interlocked.Add(ref offsetTicks, span.Ticks);
}
