using System.Buffers;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;

namespace DaxProxy.Core.Caching.Queries;

/// <summary>From what a write did to one item to the fences of the pages that it may concern. Thread-safe.</summary>
internal sealed class PageInvalidation(QueryFences fences)
{
    /// <summary>The writes that have not ended.</summary>
    public WritesUnderWay UnderWay { get; } = new();

    /// <summary>An item was written, or may have been.</summary>
    /// <param name="table">Its table.</param>
    /// <param name="key">Attributes of which its key is part.</param>
    /// <param name="touched">
    /// The top-level attributes that may have changed if the item existed, by this write or another one under way; null for all.
    /// </param>
    /// <param name="images">What is known of the effect; null for nothing. The old one only if no other write was under way.</param>
    /// <param name="isInDoubt">Whether it may still happen.</param>
    public void Written(TableInfo table, AttributeMap key, IReadOnlySet<string>? touched, WriteImages? images, bool isInDoubt)
    {
        if (images is { IsOldKnown: true } && AreSame(images.Old, images.New))
        {
            return;
        }

        AttributeMap? newItem = images?.New?.Open();
        Effect effect = new(key, fences.ItemOf(table, key), touched, images is not null, newItem, isInDoubt);
        if (images is { IsOldKnown: true })
        {
            AttributeMap? oldItem = images.Old?.Open();
            List<string>? changed = oldItem is null || newItem is null ? null : NamesOfDifferences(oldItem, newItem);
            Raise(table, null, table.Layout, key, effect, changed is not null ? InPlace(changed) : GoneOr(ItemChanges.Anything, effect));
            foreach (IndexInfo index in table.Indexes.Values)
            {
                WrittenBetween(table, index, oldItem, effect, changed);
            }
        }
        else
        {
            bool hadExisted = HadExisted(table, effect);
            Raise(table, null, table.Layout, key, effect, hadExisted ? InPlace(touched!) : GoneOr(ItemChanges.Anything, effect));
            foreach (IndexInfo index in table.Indexes.Values)
            {
                WrittenInTheDark(table, index, effect, hadExisted);
            }
        }
    }

    /// <summary>
    /// Nothing was written, but a writer expected the item in another state, perhaps because it was shown an old page.
    /// </summary>
    public void Suspected(TableInfo table, AttributeMap key)
    {
        Raise(table, null, table.Layout, key, new Effect(key, fences.ItemOf(table, key)), ItemChanges.Anything);
        foreach (IndexInfo index in table.Indexes.Values.Where(index => !index.IsGlobal))
        {
            fences.RaisePartition(
                table,
                index,
                PartitionOf(index.Layout, key),
                WriteMark.Everything,
                fences.ScanPlaceOf(index.Layout, key),
                isInDoubt: false);
        }
    }

    /// <summary>Forgets the pages of a partition of an index, or of the table and its local indexes.</summary>
    public void EvictPartition(TableInfo table, IndexInfo? index, AttributeMap partition)
    {
        IEnumerable<IndexInfo?> local = index is null ? table.Indexes.Values.Where(other => !other.IsGlobal) : [];
        foreach (IndexInfo? read in local.Prepend(index))
        {
            byte[] key = PartitionOf(read?.Layout ?? table.Layout, partition).ToArray();
            fences.RaisePartition(table, read, key, WriteMark.Everything, [], isInDoubt: false);
        }
    }

    /// <summary>Forgets the pages of an index.</summary>
    public void EvictIndex(TableInfo table, IndexInfo index) => fences.RaiseScope(table, index, WriteMark.Everything, isInDoubt: false);

    /// <summary>Something has changed of which no fence is known; what is cached of it is void already.</summary>
    public void EndUnfenced(bool isInDoubt) => fences.EndUnfenced(isInDoubt);

    /// <summary>Both images are known, and what differs between them if there are two.</summary>
    private void WrittenBetween(TableInfo table, IndexInfo index, AttributeMap? oldItem, Effect effect, List<string>? changed)
    {
        bool wasIn = oldItem is not null && index.Layout.Has(oldItem), isIn = effect.New is not null && index.Layout.Has(effect.New);
        if (wasIn && isIn && index.Layout.KeyOf(oldItem!).AsSpan().SequenceEqual(index.Layout.KeyOf(effect.New!)))
        {
            RaiseInPlace(table, index, effect.New!, effect, changed!);
            return;
        }

        if (wasIn)
        {
            Raise(table, index, index.Layout, oldItem!, effect, ItemChanges.Left);
        }

        if (isIn)
        {
            Raise(table, index, index.Layout, effect.New!, effect, ItemChanges.Anything);
        }
    }

    /// <summary>The item as it was is not known, perhaps not even as it is.</summary>
    private void WrittenInTheDark(TableInfo table, IndexInfo index, Effect effect, bool hadExisted)
    {
        bool hasTableKeysOnly = index.Keys.All(part => table.KeySchema.Contains(part.Name));
        bool keepsKey = effect.Touched is not null && !index.Keys.Any(part => effect.Touched.Contains(part.Name));
        if (keepsKey && (hadExisted || !hasTableKeysOnly))
        {
            // What was not touched was there before: an item that was not has nothing but its key and what was touched, and is not in the
            // index.
            if (hasTableKeysOnly || !effect.KnowsNew)
            {
                RaiseInPlace(table, index, hasTableKeysOnly ? effect.Key : null, effect, effect.Touched!);
            }
            else if (effect.New is not null && index.Layout.Has(effect.New))
            {
                RaiseInPlace(table, index, effect.New, effect, effect.Touched!);
            }
        }
        else if (hasTableKeysOnly)
        {
            Raise(table, index, index.Layout, effect.Key, effect, GoneOr(ItemChanges.Anything, effect));
        }
        else if (effect.KnowsNew)
        {
            // Wherever it was: pages that show it are concerned, and pages that cover where it is.
            RaiseUnplaced(table, index, effect, ItemChanges.Left);
            if (effect.New is not null && index.Layout.Has(effect.New))
            {
                Raise(table, index, index.Layout, effect.New, effect, ItemChanges.Anything);
            }
        }
        else
        {
            RaiseUnplaced(table, index, effect, ItemChanges.Anything);
        }
    }

    /// <summary>
    /// An item stays at its place in an index, if it is there, and is other than it was; nothing where the index does not show it.
    /// </summary>
    /// <param name="table">The table.</param>
    /// <param name="index">The index.</param>
    /// <param name="place">Attributes of which the item's key in the index is part; null where that is not known.</param>
    /// <param name="effect">The write.</param>
    /// <param name="changed">What may have changed.</param>
    private void RaiseInPlace(TableInfo table, IndexInfo index, AttributeMap? place, Effect effect, IReadOnlyCollection<string> changed)
    {
        // Local indexes show all: what they do not hold is fetched from the table.
        List<string> shown = [.. changed.Where(name => !index.IsGlobal || index.Holds(table.KeySchema, name))];
        if (shown.Count == 0)
        {
            return;
        }

        if (place is not null)
        {
            Raise(table, index, index.Layout, place, effect, InPlace(shown));
        }
        else
        {
            RaiseUnplaced(table, index, effect, InPlace(shown));
        }
    }

    /// <summary>Where in the index is not known: in a local one, at least the partition is.</summary>
    private void RaiseUnplaced(TableInfo table, IndexInfo index, Effect effect, ItemChanges changes)
    {
        WriteMark mark = new(effect.Item, changes, WritePosition.Unknown);
        if (index.IsGlobal)
        {
            fences.RaiseScope(table, index, mark, effect.IsInDoubt);
        }
        else
        {
            fences.RaisePartition(
                table,
                index,
                PartitionOf(index.Layout, effect.Key),
                mark,
                fences.ScanPlaceOf(index.Layout, effect.Key),
                effect.IsInDoubt);
        }
    }

    private void Raise(TableInfo table, IndexInfo? index, KeyLayout layout, AttributeMap place, Effect effect, ItemChanges changes)
    {
        ArrayBufferWriter<byte> range = new(160);
        layout.WriteRange(place, range);
        WriteMark mark = new(effect.Item, changes, WritePosition.At(range.WrittenSpan));
        fences.RaisePartition(table, index, PartitionOf(layout, place), mark, fences.ScanPlaceOf(layout, place), effect.IsInDoubt);
    }

    private ItemChanges InPlace(IEnumerable<string> names) => ItemChanges.InPlace(names.Select(fences.NameOf));

    /// <summary>An item that is not there by now can only have left.</summary>
    private static ItemChanges GoneOr(ItemChanges other, Effect effect) =>
        effect is { KnowsNew: true, New: null } ? ItemChanges.Left : other;

    /// <summary>
    /// Whether what an item is now shows that it was there before: it has something that no write under way may have given it.
    /// </summary>
    private static bool HadExisted(TableInfo table, Effect effect) =>
        effect is { Touched: not null, New: not null }
        && effect.New.Keys.Any(name => !effect.Touched.Contains(name) && !table.KeySchema.Contains(name));

    private static List<string> NamesOfDifferences(AttributeMap left, AttributeMap right) =>
    [
        .. left.Where(pair => !right.TryGetValue(pair.Key, out AttributeValue? other) || !pair.Value.Equals(other))
            .Select(pair => pair.Key),
        .. right.Keys.Where(name => !left.ContainsKey(name)),
    ];

    private static bool AreSame(Item? left, Item? right) =>
        left is null ? right is null : right is not null && left.Json.Span.SequenceEqual(right.Json.Span);

    private static ReadOnlySpan<byte> PartitionOf(KeyLayout layout, AttributeMap item)
    {
        ArrayBufferWriter<byte> partition = new(160);
        layout.WriteHash(item, partition);
        return partition.WrittenSpan;
    }

    /// <summary>A write that has ended.</summary>
    /// <param name="Key">Attributes of which the item's key is part.</param>
    /// <param name="Item">Which item.</param>
    /// <param name="Touched">What it and others under way may have changed if the item existed; null for all.</param>
    /// <param name="KnowsNew">Whether <paramref name="New"/> says anything.</param>
    /// <param name="New">The item as it is; null for none.</param>
    /// <param name="IsInDoubt">Whether it may still happen.</param>
    private sealed record Effect(
        AttributeMap Key,
        uint Item,
        IReadOnlySet<string>? Touched = null,
        bool KnowsNew = false,
        AttributeMap? New = null,
        bool IsInDoubt = false);
}
