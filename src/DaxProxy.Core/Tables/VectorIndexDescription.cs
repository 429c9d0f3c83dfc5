namespace DaxProxy.Core.Tables;

/// <summary>A vector index as DescribeTable shows it.</summary>
/// <param name="Definition">What it was created with.</param>
/// <param name="IndexArn">The index's resource name.</param>
/// <param name="IndexStatus"><c>ACTIVE</c>, <c>CREATING</c> or <c>DELETING</c>.</param>
/// <param name="ItemCount">How many items it holds.</param>
/// <param name="IndexSizeBytes">Sum of the sizes of its entries in bytes.</param>
/// <param name="IsBackfilling">Whether a new index is still being filled from the table.</param>
public sealed record VectorIndexDescription(
    VectorIndexDefinition Definition, string IndexArn, string IndexStatus, long ItemCount, long IndexSizeBytes, bool IsBackfilling = false);
