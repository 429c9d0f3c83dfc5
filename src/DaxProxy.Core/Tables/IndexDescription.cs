namespace DaxProxy.Core.Tables;

/// <summary>A secondary index as DescribeTable shows it.</summary>
/// <param name="Definition">What it was created with.</param>
/// <param name="IndexArn">The index's resource name.</param>
/// <param name="IndexStatus"><c>ACTIVE</c>, <c>CREATING</c> …; null for local indexes, which have no status of their own.</param>
/// <param name="ItemCount">How many entries it holds.</param>
/// <param name="IndexSizeBytes">Sum of the entries' sizes in bytes.</param>
/// <param name="IsBackfilling">Whether a new index is still being filled from the table.</param>
public sealed record IndexDescription(
    IndexDefinition Definition, string IndexArn, string? IndexStatus, long ItemCount, long IndexSizeBytes, bool IsBackfilling = false)
{
    /// <summary>When the index's capacity was lowered last; null where it never was, or is not counted.</summary>
    public DateTimeOffset? LastThroughputDecrease { get; init; }

    /// <summary>How often it was lowered on that day.</summary>
    public int ThroughputDecreases { get; init; }
}
