namespace DaxProxy.Capacity;

/// <summary>A clock that stands still until it is set. For one thread.</summary>
/// <remarks>It begins at midnight of UTC, so that a day's budget of lower capacities is whole.</remarks>
internal sealed class SimulatedClock : TimeProvider
{
    /// <summary>When each simulation begins.</summary>
    public static readonly DateTimeOffset Begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The time since the beginning.</summary>
    public TimeSpan Now { get; set; }

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => Begin + Now;

    /// <inheritdoc/>
    public override long GetTimestamp() => Now.Ticks;
}
