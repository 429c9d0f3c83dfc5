using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Engine.Storage;

namespace DaxProxy.Engine.Catalog;

/// <summary>What one write did, or why it did nothing.</summary>
/// <param name="table">The table written to.</param>
internal sealed class WriteEffect(EngineTable table)
{
    private readonly List<(StoredIndex Index, long Partition, double Consumed, TotalsChange Change)> indexes = [];

    public EngineTable Table { get; } = table;

    /// <summary>The refusal; null when the write was made.</summary>
    public DynamoError? Error { get; init; }

    /// <summary>Whether the refusal is that the write exceeds the throughput of its table or of an index.</summary>
    public bool IsThrottled { get; init; }

    /// <summary>The item before; null when there was none.</summary>
    public StoredItem? Old { get; init; }

    /// <summary>The item after; null when there is none.</summary>
    public StoredItem? New { get; init; }

    /// <summary>The partition key of the item written; null when the write only tested a condition, or an item expired.</summary>
    public AttributeValue? PartitionKey { get; init; }

    /// <summary>What the item's collection adds up to after the write; 0 for tables without local indexes.</summary>
    public long CollectionBytes { get; set; }

    /// <summary>What the write adds to the item's collection: the item and its entries in local indexes.</summary>
    public long CollectionChange =>
        TableChange.Bytes + indexes.Where(share => share.Index is EngineIndex { Info.IsGlobal: false }).Sum(share => share.Change.Bytes);

    private TotalsChange TableChange => TotalsChange.Between(Old?.Item.SizeBytes, New?.Item.SizeBytes);

    /// <summary>Notes the share of an index.</summary>
    /// <param name="index">The index.</param>
    /// <param name="partition">The hash of the entry's partition key, as it is now or, where it is gone, as it was.</param>
    /// <param name="consumed">Write units; of a vector index the bytes that are charged.</param>
    /// <param name="change">What it adds to the totals.</param>
    public void AddIndex(StoredIndex index, long partition, double consumed, TotalsChange change) =>
        indexes.Add((index, partition, consumed, change));

    /// <summary>The images, for callers that cache items.</summary>
    public WriteImages Images => new(Old?.Item, New?.Item);

    /// <summary>What the write consumed.</summary>
    public ConsumedCapacity ConsumedCapacity => new(
        Table.Name,
        TableUnits,
        SharesOf(index => index is EngineIndex { Info.IsGlobal: false }),
        SharesOf(index => index is EngineIndex { Info.IsGlobal: true }))
    {
        VectorIndexBytes = SharesOf(index => index is EngineVectorIndex),
    };

    private double TableUnits => Capacity.WriteUnits(Math.Max(Old?.Item.SizeBytes ?? 0, New?.Item.SizeBytes ?? 0));

    /// <summary>Units that the write takes of the table's own throughput, which is that of local indexes too.</summary>
    public double UnitsOfTable =>
        TableUnits + indexes.Where(share => share.Index is EngineIndex { Info.IsGlobal: false }).Sum(share => share.Consumed);

    /// <summary>Units that it takes of the throughput of global indexes, with the hash of the entry's partition key.</summary>
    public IEnumerable<(string Index, long Partition, double Units)> UnitsOfGlobalIndexes =>
        indexes.Where(share => share.Index is EngineIndex { Info.IsGlobal: true })
            .Select(share => (share.Index.Name, share.Partition, share.Consumed));

    /// <summary>Writes the new totals beside the rows.</summary>
    public void StoreTotals(Session session)
    {
        Store(session, "UPDATE tables SET item_count = item_count + ?1, size_bytes = size_bytes + ?2 WHERE id = ?3", Table.Id, TableChange);
        foreach ((StoredIndex index, _, _, TotalsChange change) in indexes)
        {
            Store(session, "UPDATE indexes SET item_count = item_count + ?1, size_bytes = size_bytes + ?2 WHERE id = ?3", index.Id, change);
        }
    }

    /// <summary>Shows the new totals, after the commit.</summary>
    public void PublishTotals()
    {
        if (Error is not null)
        {
            return;
        }

        Table.Totals.Add(TableChange);
        foreach ((StoredIndex index, _, _, TotalsChange change) in indexes)
        {
            index.Totals.Add(change);
        }
    }

    private static void Store(Session session, string sql, long id, TotalsChange change)
    {
        if (!change.IsNothing)
        {
            session.Statement(sql).Bind(1, change.Rows).Bind(2, change.Bytes).Bind(3, id).Run();
        }
    }

    private Dictionary<string, double>? SharesOf(Func<StoredIndex, bool> isOne)
    {
        Dictionary<string, double>? shares = null;
        foreach ((StoredIndex index, _, double consumed, _) in indexes)
        {
            if (isOne(index))
            {
                shares ??= new(StringComparer.Ordinal);
                shares[index.Name] = consumed;
            }
        }

        return shares;
    }
}
