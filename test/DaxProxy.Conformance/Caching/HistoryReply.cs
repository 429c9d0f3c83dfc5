namespace DaxProxy.Conformance.Caching;

/// <summary>What a read showed.</summary>
/// <param name="Seen">The version of each item.</param>
/// <param name="IsHit">Whether it consumed nothing: it was answered from a cache. False where consumption was not asked for.</param>
internal sealed record HistoryReply(IReadOnlyDictionary<(int Partition, int Sort), int> Seen, bool IsHit);
