using DaxProxy.Engine.Catalog;
using DaxProxy.Engine.Storage;

namespace DaxProxy.Engine.Throughput;

/// <summary>What a request takes of a table, or of one of its global indexes. What local indexes take is the table's.</summary>
/// <param name="Table">The table.</param>
/// <param name="Index">The name of the global index; null for the table itself.</param>
/// <param name="IsWrite">Whether it takes write units.</param>
/// <param name="Partition">The hash of the partition key; null where no one partition is meant.</param>
/// <param name="Units">How many.</param>
internal readonly record struct Share(EngineTable Table, string? Index, bool IsWrite, long? Partition, double Units)
{
    /// <summary>A read of the table itself.</summary>
    public static Share OfRead(EngineTable table, long partition, double units) => new(table, null, IsWrite: false, partition, units);

    /// <summary>
    /// What a write takes. A condition that failed takes what its item does; what is refused for another reason takes nothing.
    /// </summary>
    /// <param name="effect">What the write did.</param>
    /// <param name="row">Where the item lies.</param>
    /// <param name="factor">How many times as much as a write on its own.</param>
    public static Share[] OfWrite(WriteEffect effect, RowKey row, int factor) =>
        effect.Error is not null and not { Name: "ConditionalCheckFailedException" }
            ? []
            :
            [
                new Share(effect.Table, null, IsWrite: true, row.Hash, factor * effect.UnitsOfTable),
                .. effect.UnitsOfGlobalIndexes.Select(
                    index => new Share(effect.Table, index.Index, IsWrite: true, index.Partition, factor * index.Units)),
            ];
}
