using DaxProxy.Core.Items;
using DaxProxy.Core.Tables;

namespace DaxProxy.Engine.Catalog;

/// <summary>A table of the engine: what is stored of it, and what requests need to know of it.</summary>
internal sealed class EngineTable
{
    /// <param name="id">Its row in <c>tables</c>.</param>
    /// <param name="definition">The description without counts.</param>
    /// <param name="indexIds">Rows in <c>indexes</c> by name.</param>
    /// <param name="former">The same table before a change of its definition; null for a new one.</param>
    public EngineTable(long id, TableDescription definition, IReadOnlyDictionary<string, long> indexIds, EngineTable? former = null)
    {
        Id = id;
        Definition = definition;
        Info = TableInfo.Of(definition);
        Totals = former?.Totals ?? new Totals();
        HashSet<string> unready = [.. definition.GlobalSecondaryIndexes.Where(index => index.IndexStatus == "CREATING")
            .Select(index => index.Definition.IndexName)];

        // Alphabetical, because of several indexes at fault the service names the first in this order.
        Indexes = [.. Info.Indexes.Values.OrderBy(index => index.IndexName, StringComparer.Ordinal)
            .Select(index => new EngineIndex(
                indexIds[index.IndexName], index, !unready.Contains(index.IndexName), former?.FindIndex(index.IndexName)?.Totals))];
        Dictionary<string, AttributeType> types = definition.AttributeDefinitions.ToDictionary(
            attribute => attribute.AttributeName, attribute => Enum.Parse<AttributeType>(attribute.AttributeType), StringComparer.Ordinal);
        VectorIndexes = [.. definition.VectorIndexes.OrderBy(index => index.Definition.IndexName, StringComparer.Ordinal)
            .Select(index => new EngineVectorIndex(
                indexIds[index.Definition.IndexName], index, types, former?.FindVectorIndex(index.Definition.IndexName)?.Totals))];
        AllIndexes = [.. Indexes, .. VectorIndexes];
        HasLocalIndex = Indexes.Any(index => !index.Info.IsGlobal);
    }

    public long Id { get; }

    public TableInfo Info { get; }

    public string Name => Info.TableName;

    public KeySchema KeySchema => Info.KeySchema;

    public IReadOnlyList<EngineIndex> Indexes { get; }

    /// <summary>The vector indexes, in alphabetical order too.</summary>
    public IReadOnlyList<EngineVectorIndex> VectorIndexes { get; }

    /// <summary>Indexes of both kinds.</summary>
    public IReadOnlyList<StoredIndex> AllIndexes { get; }

    /// <summary>Whether writes must know the item as it was, for the sake of an index.</summary>
    public bool HasIndex => AllIndexes.Count > 0;

    /// <summary>Whether an index is being filled.</summary>
    public bool IsFilling => AllIndexes.Any(index => !index.IsReady);

    /// <summary>Whether item collections are reported.</summary>
    public bool HasLocalIndex { get; }

    /// <summary>What is stored of the table: its description, without counts.</summary>
    public TableDescription Definition { get; }

    /// <summary>What the table is going through, while that lasts.</summary>
    public TableTransition Transition { get; init; } = TableTransition.None;

    /// <summary>Items and bytes as of the last commit.</summary>
    public Totals Totals { get; }

    /// <summary>Whether an index of either kind has a name.</summary>
    public bool HasIndexOf(string name) => AllIndexes.Any(index => index.Name == name);

    /// <summary>The index of a name; null when there is none.</summary>
    public EngineIndex? FindIndex(string name) => Indexes.FirstOrDefault(index => index.Name == name);

    /// <summary>The vector index of a name; null when there is none.</summary>
    public EngineVectorIndex? FindVectorIndex(string name) => VectorIndexes.FirstOrDefault(index => index.Name == name);

    /// <summary>The same table with another definition.</summary>
    /// <param name="definition">The new definition.</param>
    /// <param name="newIndexIds">Rows in <c>indexes</c> of the indexes that are new.</param>
    /// <param name="transition">What the change puts the table through.</param>
    public EngineTable Redefined(
        TableDescription definition, IReadOnlyDictionary<string, long>? newIndexIds = null, TableTransition? transition = null)
    {
        Dictionary<string, long> indexIds = AllIndexes.ToDictionary(index => index.Name, index => index.Id, StringComparer.Ordinal);
        foreach ((string name, long id) in newIndexIds ?? new Dictionary<string, long>())
        {
            indexIds[name] = id;
        }

        return new EngineTable(Id, definition, indexIds, this) { Transition = transition ?? Transition };
    }

    /// <summary>The same table, going through something.</summary>
    public EngineTable Entering(TableTransition transition) => Redefined(Definition, transition: transition);

    /// <summary>The table as it is now.</summary>
    public TableDescription Describe(string status) => Definition with
    {
        TableStatus = status,
        ItemCount = Totals.Rows,
        TableSizeBytes = Totals.Bytes,
        LocalSecondaryIndexes = [.. Definition.LocalSecondaryIndexes.Select(WithTotals)],
        GlobalSecondaryIndexes =
        [
            .. Definition.GlobalSecondaryIndexes.Select(index => WithTotals(index) with
            {
                IndexStatus = status is "CREATING" or "DELETING" ? status : index.IndexStatus,
                IsBackfilling = index.IndexStatus == "CREATING" && status == "ACTIVE",
            }),
        ],
        VectorIndexes =
        [
            .. Definition.VectorIndexes.Select(index => WithTotals(index) with
            {
                IndexStatus = status is "CREATING" or "DELETING" ? status : index.IndexStatus,
                IsBackfilling = index.IndexStatus == "CREATING" && status == "ACTIVE",
            }),
        ],
    };

    private VectorIndexDescription WithTotals(VectorIndexDescription index)
    {
        Totals totals = FindVectorIndex(index.Definition.IndexName)!.Totals;
        return index with { ItemCount = totals.Rows, IndexSizeBytes = totals.Bytes };
    }

    private IndexDescription WithTotals(IndexDescription index)
    {
        Totals totals = FindIndex(index.Definition.IndexName)!.Totals;
        return index with { ItemCount = totals.Rows, IndexSizeBytes = totals.Bytes };
    }
}
