using DaxProxy.Core.Operations;

namespace DaxProxy.Engine.Catalog;

/// <summary>DynamoDB's capacity arithmetic. Source: the service's documentation, with recorded answers for the corner cases.</summary>
internal static class Capacity
{
    private const int ReadUnitBytes = 4096;
    private const int WriteUnitBytes = 1024;

    /// <summary>Units to read this many bytes at once; at least one, half when eventually consistent.</summary>
    public static double ReadUnits(long bytes, bool isConsistent) =>
        Math.Max(1, (bytes + ReadUnitBytes - 1) / ReadUnitBytes) * (isConsistent ? 1.0 : 0.5);

    /// <summary>Units to write an item of this many bytes; at least one.</summary>
    public static double WriteUnits(long bytes) => Math.Max(1, (bytes + WriteUnitBytes - 1) / WriteUnitBytes);

    /// <summary>Bytes that a write of this entry of a vector index is charged; at least 1024.</summary>
    public static double VectorWriteBytes(long bytes) => Math.Max(WriteUnitBytes, bytes);

    /// <summary>
    /// Bytes that a search is charged which finds items of this many bytes; at least 1024. Source: what ExtendDB measured of the service,
    /// whose figure is not the same for two equal searches.
    /// </summary>
    public static double VectorSearchBytes(int dimensions, long bytes) => Math.Max(WriteUnitBytes, (17.6 * dimensions) + bytes);

    /// <summary>What a read of an index consumed: its own share, and that of the items fetched from the table.</summary>
    public static ConsumedCapacity OfIndex(EngineTable table, EngineIndex index, double indexUnits, double tableUnits)
    {
        Dictionary<string, double> share = new(StringComparer.Ordinal) { [index.Info.IndexName] = indexUnits };
        return index.Info.IsGlobal
            ? new ConsumedCapacity(table.Name, tableUnits, GlobalIndexUnits: share)
            : new ConsumedCapacity(table.Name, tableUnits, LocalIndexUnits: share);
    }
}
