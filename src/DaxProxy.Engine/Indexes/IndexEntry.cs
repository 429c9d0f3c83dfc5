using DaxProxy.Core.Items;
using DaxProxy.Core.Tables;
using DaxProxy.Engine.Storage;
using DaxProxy.Engine.Tables;

namespace DaxProxy.Engine.Indexes;

/// <summary>What one item contributes to one index.</summary>
/// <param name="Row">Where the entry lies.</param>
/// <param name="Content">What it holds.</param>
internal sealed record IndexEntry(RowKey Row, StoredItem Content)
{
    /// <summary>The entry of an item; null when the item lacks one of the index's keys and so is not in it (a sparse index).</summary>
    public static IndexEntry? Of(EngineTable table, IndexInfo index, AttributeMap item)
    {
        foreach (KeyAttribute key in index.Keys)
        {
            // A wrong type can only be an item older than the index; such items stay out of it.
            if (!item.TryGetValue(key.Name, out AttributeValue? value) || value.Type != key.Type)
            {
                return null;
            }
        }

        AttributeMap projected = Project(table, index, item);
        string? sortName = index.Range.Count == 0 ? null : index.Range[0].Name;
        return new IndexEntry(
            new RowKey(RowKey.HashColumn(item[index.Hash[0].Name]), IndexKey.Of(index, item)),
            new StoredItem(Item.FromAttributes(projected), ItemSize.OnPage(projected, sortName)));
    }

    private static AttributeMap Project(EngineTable table, IndexInfo index, AttributeMap item)
    {
        if (index.ProjectsAll)
        {
            return item;
        }

        AttributeMap projected = new();
        foreach ((string name, AttributeValue value) in item)
        {
            if (Holds(table, index, name))
            {
                projected.Add(name, value);
            }
        }

        return projected;
    }

    /// <summary>Whether entries of the index hold this attribute.</summary>
    public static bool Holds(EngineTable table, IndexInfo index, string name) =>
        index.ProjectsAll
        || table.KeySchema.Contains(name)
        || index.Keys.Any(key => key.Name == name)
        || (index.Projection.NonKeyAttributes?.Contains(name) ?? false);
}
