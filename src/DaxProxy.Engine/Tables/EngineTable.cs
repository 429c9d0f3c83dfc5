using DaxProxy.Core.Items;
using DaxProxy.Core.Tables;

namespace DaxProxy.Engine.Tables;

/// <summary>A table of the engine: what is stored of it, and what requests need to know of it.</summary>
internal sealed class EngineTable
{
    private readonly TableDescription definition;

    /// <param name="id">Its row in <c>tables</c>.</param>
    /// <param name="definition">The description without counts.</param>
    /// <param name="indexIds">Rows in <c>indexes</c> by name.</param>
    public EngineTable(long id, TableDescription definition, IReadOnlyDictionary<string, long> indexIds)
    {
        Id = id;
        this.definition = definition;
        Info = TableInfo.Of(definition);

        // Alphabetical, because of several indexes at fault the service names the first in this order.
        Indexes = [.. Info.Indexes.Values.OrderBy(index => index.IndexName, StringComparer.Ordinal)
            .Select(index => new EngineIndex(indexIds[index.IndexName], index))];
        HasLocalIndex = Indexes.Any(index => !index.Info.IsGlobal);
    }

    public long Id { get; }

    public TableInfo Info { get; }

    public string Name => Info.TableName;

    public KeySchema KeySchema => Info.KeySchema;

    public IReadOnlyList<EngineIndex> Indexes { get; }

    /// <summary>Whether item collections are reported.</summary>
    public bool HasLocalIndex { get; }

    public bool DeletionProtectionEnabled => definition.DeletionProtectionEnabled;

    /// <summary>Items and bytes as of the last commit.</summary>
    public Totals Totals { get; } = new();

    /// <summary>The index of a name; null when there is none.</summary>
    public EngineIndex? FindIndex(string name) => Indexes.FirstOrDefault(index => index.Info.IndexName == name);

    /// <summary>The table as it is now.</summary>
    public TableDescription Describe(string status = "ACTIVE") => definition with
    {
        TableStatus = status,
        ItemCount = Totals.Rows,
        TableSizeBytes = Totals.Bytes,
        LocalSecondaryIndexes = [.. definition.LocalSecondaryIndexes.Select(WithTotals)],
        GlobalSecondaryIndexes =
        [
            .. definition.GlobalSecondaryIndexes.Select(index => WithTotals(index) with { IndexStatus = status }),
        ],
    };

    private IndexDescription WithTotals(IndexDescription index)
    {
        Totals totals = FindIndex(index.Definition.IndexName)!.Totals;
        return index with { ItemCount = totals.Rows, IndexSizeBytes = totals.Bytes };
    }
}
