namespace DaxProxy.Conformance.Remote;

/// <summary>A read of a random run and what it showed.</summary>
/// <param name="What">Which it was.</param>
/// <param name="From">When it was sent, in ticks of the stopwatch.</param>
/// <param name="To">When it was answered.</param>
/// <param name="Status">With which status.</param>
/// <param name="IsHit">Whether the cache answered.</param>
/// <param name="Seen">The number of the write that each item shown is from, by partition and sort key.</param>
/// <param name="Asked">The items that it would show if they were there.</param>
/// <param name="Group">Only those of this group; null for all.</param>
internal sealed record RandomRead(
    string What,
    long From,
    long To,
    int Status,
    bool IsHit,
    IReadOnlyDictionary<(string Partition, string Sort), long> Seen,
    IReadOnlyList<RandomItem> Asked,
    string? Group);
