using DaxProxy.Core.Items;
using DaxProxy.Core.Tables;

namespace DaxProxy.Tests.Caching.Checker;

/// <summary>An item of the model, opened. Immutable but for what is remembered of it.</summary>
internal sealed class Row(AttributeMap attributes)
{
    private Dictionary<string, Item>? projected;

    public AttributeMap Attributes { get; } = attributes;

    /// <summary>Whether it has no entry yet in the index that came late.</summary>
    public bool IsUnfilled { get; init; }

    public Item Item { get; } = Item.FromAttributes(attributes);

    /// <summary>Whether an index holds it, if it has the index's keys.</summary>
    public bool IsFilledInto(IndexInfo? index) => !IsUnfilled || index?.IndexName != Design.Late.Name;

    /// <summary>What an index shows of it.</summary>
    public Item ProjectedInto(IndexInfo index, KeySchema tableKey)
    {
        if (index.ProjectsAll)
        {
            return Item;
        }

        projected ??= [];
        if (!projected.TryGetValue(index.IndexName, out Item? shown))
        {
            projected[index.IndexName] = shown = Item.FromAttributes(index.Project(tableKey, Attributes));
        }

        return shown;
    }
}
