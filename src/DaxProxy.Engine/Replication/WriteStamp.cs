namespace DaxProxy.Engine.Replication;

/// <summary>When and where an item of a global table was last written or deleted. The greater stamp wins, in every region alike.</summary>
/// <param name="At">Unix time in microseconds.</param>
/// <param name="Region">The region, which decides between writes of the same time by the order of its letters.</param>
/// <remarks>
/// No two writes of one item have the same stamp: a region's next write of an item is later than the one that it takes the place of, also
/// where a clock stands still or was set back. So a write is never lost to what its client could see.
/// </remarks>
internal readonly record struct WriteStamp(long At, string Region) : IComparable<WriteStamp>
{
    /// <summary>What an item has that was there before its table became a global one: earlier than every write.</summary>
    public static WriteStamp None { get; } = new(0, "");

    /// <summary>The stamp of a write.</summary>
    /// <param name="now">The time.</param>
    /// <param name="region">Where it is made.</param>
    /// <param name="before">What the item has there; null for nothing.</param>
    public static WriteStamp Next(DateTimeOffset now, string region, WriteStamp? before) =>
        new(Math.Max((now - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond, (before?.At ?? 0) + 1), region);

    /// <summary>Whether a write that arrives takes the place of what is there.</summary>
    /// <param name="there">What the item has; null where nothing is known of it.</param>
    public bool Wins(WriteStamp? there) => there is not { } known || CompareTo(known) > 0;

    /// <inheritdoc/>
    public int CompareTo(WriteStamp other) =>
        At != other.At ? At.CompareTo(other.At) : string.CompareOrdinal(Region, other.Region);
}
