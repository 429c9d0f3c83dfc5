using System.Collections.Immutable;
using DaxProxy.Core.Items;
using DaxProxy.Core.Tables;

namespace DaxProxy.Tests.Caching.Checker;

/// <summary>A table at one instant. Immutable.</summary>
internal sealed class TableState
{
    private readonly ImmutableDictionary<ItemKey, Row> rows;

    private TableState(TableDescription? description, TableInfo? info, ImmutableDictionary<ItemKey, Row> rows)
    {
        Description = description;
        Info = info;
        this.rows = rows;
    }

    /// <summary>No table.</summary>
    public static TableState None { get; } = new(null, null, ImmutableDictionary<ItemKey, Row>.Empty);

    /// <summary>The table as described; null where there is none.</summary>
    public TableDescription? Description { get; }

    public TableInfo? Info { get; }

    public IEnumerable<Row> Rows => rows.Values;

    /// <summary>An empty table.</summary>
    public static TableState Of(TableDescription description) => None.With(description);

    public TableState With(TableDescription description) => new(description, TableInfo.Of(description), rows);

    /// <summary>The table with an index that holds nothing yet of what there is.</summary>
    public TableState WithNewIndex(TableDescription description) => new(
        description,
        TableInfo.Of(description),
        rows.ToImmutableDictionary(row => row.Key, row => new Row(row.Value.Attributes) { IsUnfilled = true }));

    public TableState With(ItemKey key, Row? row) => new(Description, Info, row is null ? rows.Remove(key) : rows.SetItem(key, row));

    public Row? Find(ItemKey key) => rows.GetValueOrDefault(key);

    public Row? Find(AttributeMap key) => Find(KeyOf(key));

    public ItemKey KeyOf(AttributeMap attributes) => ItemKey.Of(Info!.KeySchema, attributes);
}
