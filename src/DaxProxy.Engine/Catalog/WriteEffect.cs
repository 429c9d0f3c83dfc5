using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Engine.Storage;

namespace DaxProxy.Engine.Catalog;

/// <summary>What one write did, or why it did nothing.</summary>
/// <param name="table">The table written to.</param>
internal sealed class WriteEffect(EngineTable table)
{
    private readonly List<(EngineIndex Index, double Units, TotalsChange Change)> indexes = [];
    private List<(EngineVectorIndex Index, double Bytes, TotalsChange Change)>? vectors;

    public EngineTable Table { get; } = table;

    /// <summary>The refusal; null when the write was made.</summary>
    public DynamoError? Error { get; init; }

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
        TableChange.Bytes + indexes.Where(share => !share.Index.Info.IsGlobal).Sum(share => share.Change.Bytes);

    private TotalsChange TableChange => TotalsChange.Between(Old?.Item.SizeBytes, New?.Item.SizeBytes);

    /// <summary>Notes the share of an index.</summary>
    public void AddIndex(EngineIndex index, double units, TotalsChange change) => indexes.Add((index, units, change));

    /// <summary>Notes the share of a vector index.</summary>
    public void AddVectorIndex(EngineVectorIndex index, double bytes, TotalsChange change) =>
        (vectors ??= []).Add((index, bytes, change));

    /// <summary>The images, for callers that cache items.</summary>
    public WriteImages Images => new(Old?.Item, New?.Item);

    /// <summary>What the write consumed.</summary>
    public ConsumedCapacity ConsumedCapacity
    {
        get
        {
            double units = Capacity.WriteUnits(Math.Max(Old?.Item.SizeBytes ?? 0, New?.Item.SizeBytes ?? 0));
            return new ConsumedCapacity(Table.Name, units, Shares(isGlobal: false), Shares(isGlobal: true))
            {
                VectorIndexBytes = vectors?.ToDictionary(share => share.Index.Name, share => share.Bytes, StringComparer.Ordinal),
            };
        }
    }

    /// <summary>Writes the new totals beside the rows.</summary>
    public void StoreTotals(Session session)
    {
        Store(session, "UPDATE tables SET item_count = item_count + ?1, size_bytes = size_bytes + ?2 WHERE id = ?3", Table.Id, TableChange);
        foreach ((EngineIndex index, _, TotalsChange change) in indexes)
        {
            Store(session, "UPDATE indexes SET item_count = item_count + ?1, size_bytes = size_bytes + ?2 WHERE id = ?3", index.Id, change);
        }

        foreach ((EngineVectorIndex index, _, TotalsChange change) in vectors ?? [])
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
        foreach ((EngineIndex index, _, TotalsChange change) in indexes)
        {
            index.Totals.Add(change);
        }

        foreach ((EngineVectorIndex index, _, TotalsChange change) in vectors ?? [])
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

    private Dictionary<string, double>? Shares(bool isGlobal)
    {
        Dictionary<string, double>? shares = null;
        foreach ((EngineIndex index, double units, _) in indexes)
        {
            if (index.Info.IsGlobal == isGlobal)
            {
                shares ??= new(StringComparer.Ordinal);
                shares[index.Info.IndexName] = units;
            }
        }

        return shares;
    }
}
