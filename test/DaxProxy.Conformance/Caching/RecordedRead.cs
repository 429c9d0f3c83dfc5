namespace DaxProxy.Conformance.Caching;

/// <summary>A read as a client saw it.</summary>
/// <param name="What">The request, for people.</param>
/// <param name="From">When it was sent.</param>
/// <param name="To">When it was answered.</param>
/// <param name="Seen">The versions it showed, by item.</param>
/// <param name="Asked">The items it may have shown.</param>
/// <param name="Group">The group it asked for; null for all.</param>
/// <param name="IsHit">Whether it consumed nothing: it was answered from a cache.</param>
internal sealed record RecordedRead(
    string What,
    long From,
    long To,
    IReadOnlyDictionary<(int Partition, int Sort), int> Seen,
    IEnumerable<(int Partition, int Sort)> Asked,
    string? Group,
    bool IsHit);
