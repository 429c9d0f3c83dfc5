using DaxProxy.Core.Operations;
using DaxProxy.Engine.Catalog;
using DaxProxy.Engine.Items;
using DaxProxy.Engine.Storage;
using DaxProxy.Engine.Throughput;

namespace DaxProxy.Engine.Transactions;

/// <summary>What transactions consume: twice what the same reads and writes on their own would.</summary>
internal static class TransactionCapacity
{
    /// <summary>How many times as much.</summary>
    public const int Factor = 2;

    public static List<ConsumedCapacity>? OfWrites(List<WriteEffect> effects, ReturnConsumedCapacity detail) =>
        detail == ReturnConsumedCapacity.NONE
            ? null
            : [.. effects.GroupBy(effect => effect.Table).Select(table => Double(BatchWriteItemHandler.Sum(table)).Shown(detail)!)];

    public static List<ConsumedCapacity>? OfReads(IEnumerable<(EngineTable Table, int Bytes)> items, ReturnConsumedCapacity detail) =>
        detail == ReturnConsumedCapacity.NONE
            ? null
            :
            [
                .. items.GroupBy(item => item.Table).Select(table => new ConsumedCapacity(
                    table.Key.Name, table.Sum(item => OfRead(item.Bytes)))
                {
                    SplitMember = "ReadCapacityUnits",
                }.Shown(detail)!),
            ];

    /// <summary>What the read of an item of so many bytes takes.</summary>
    public static double OfRead(int bytes) => Factor * Capacity.ReadUnits(bytes, isConsistent: true);

    /// <summary>What the writes take of the throughput of their tables, each for itself.</summary>
    public static List<Share[]> SharesOf(IEnumerable<(RowKey Row, WriteEffect Effect)> writes) =>
        [.. writes.Select(write => Share.OfWrite(write.Effect, write.Row, Factor))];

    /// <summary>What the reads take, each for itself.</summary>
    public static List<Share[]> SharesOf(IEnumerable<(EngineTable Table, RowKey Row, int Bytes)> reads) =>
    [
        .. reads.Select(read => new[]
        {
            Share.OfRead(read.Table, read.Row.Hash, OfRead(read.Bytes)),
        }),
    ];

    private static ConsumedCapacity Double(ConsumedCapacity single) => new(
        single.TableName, Factor * single.TableUnits, Double(single.LocalIndexUnits), Double(single.GlobalIndexUnits))
    {
        SplitMember = "WriteCapacityUnits",

        // Bytes cost the same in a transaction. Source: answers that nubo-db/dynoxide recorded.
        VectorIndexBytes = single.VectorIndexBytes,
    };

    private static Dictionary<string, double>? Double(IReadOnlyDictionary<string, double>? units) =>
        units?.ToDictionary(index => index.Key, index => Factor * index.Value, StringComparer.Ordinal);
}
