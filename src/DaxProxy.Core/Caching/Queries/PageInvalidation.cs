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

    /// <summary>What a write of an item, done or possible, means to pages.</summary>
    /// <param name="table">Its table.</param>
    /// <param name="key">Attributes with its key among them.</param>
    /// <param name="touched">
    /// The top-level attributes that may have changed if the item existed, by this write or another one under way; null for all.
    /// </param>
    /// <param name="images">What is known of the effect; null for nothing. The old one only if no other write was under way.</param>
    public IReadOnlyList<PageRaise> RaisesOf(
        TableInfo table, AttributeMap key, IReadOnlySet<string>? touched, WriteImages? images)
    {
        if (images is { IsOldKnown: true } && AreSame(images.Old, images.New))
        {
            return [];
        }

        AttributeMap? newItem = images?.New?.Open();
        Effect effect = new(key, touched, images is not null, newItem);
        if (images is { IsOldKnown: true })
        {
            AttributeMap? oldItem = images.Old?.Open();
            List<string>? changed = oldItem is null || newItem is null ? null : NamesOfDifferences(oldItem, newItem);
            Raise(null, table.Layout, key, effect, changed is not null ? PageChange.InPlace : GoneOr(PageChange.Anything, effect), changed);
            foreach (IndexInfo index in table.Indexes.Values)
            {
                WrittenBetween(table, index, oldItem, effect, changed);
            }
        }
        else
        {
            bool hadExisted = HadExisted(table, effect);
            Raise(null, table.Layout, key, effect, hadExisted ? PageChange.InPlace : GoneOr(PageChange.Anything, effect), touched);
            foreach (IndexInfo index in table.Indexes.Values)
            {
                WrittenInTheDark(table, index, effect, hadExisted);
            }
        }

        return effect.Raises;
    }

    /// <summary>
    /// What it means that nothing was written, but a writer expected the item in another state, perhaps because it was shown an old page.
    /// </summary>
    public IReadOnlyList<PageRaise> RaisesOfSuspicion(TableInfo table, AttributeMap key)
    {
        Effect effect = new(key);
        Raise(null, table.Layout, key, effect, PageChange.Anything);
        foreach (IndexInfo index in table.Indexes.Values.Where(index => !index.IsGlobal))
        {
            RaiseUnplaced(index, effect, PageChange.Anything);
        }

        return effect.Raises;
    }

    /// <summary>
    /// What a write means after it overlapped a write of the same item through another process. That one may have come first and has not
    /// been told yet, so the item may have been anywhere.
    /// </summary>
    public IReadOnlyList<PageRaise> RaisesOfOverlap(TableInfo table, AttributeMap key)
    {
        Effect effect = new(key);
        Raise(null, table.Layout, key, effect, PageChange.Anything);
        effect.Raises.AddRange(table.Indexes.Keys.Select(PageRaise.Everything));
        return effect.Raises;
    }

    /// <summary>Raises the fences.</summary>
    /// <param name="tableName">Name of the table.</param>
    /// <param name="key">The key of the item, in the bytes of its <see cref="ItemKey"/>.</param>
    /// <param name="raises">What to raise.</param>
    /// <param name="isInDoubt">Whether the write may still happen.</param>
    public void Raise(string tableName, ReadOnlySpan<byte> key, IReadOnlyList<PageRaise> raises, bool isInDoubt)
    {
        uint item = fences.ItemOf(key);
        foreach (PageRaise raise in raises)
        {
            fences.Raise(tableName, item, raise, isInDoubt);
        }
    }

    /// <summary>Forgets the pages of a partition of an index, or of the table and its local indexes.</summary>
    public void EvictPartition(TableInfo table, IndexInfo? index, AttributeMap partition)
    {
        IEnumerable<IndexInfo?> local = index is null ? table.Indexes.Values.Where(other => !other.IsGlobal) : [];
        foreach (IndexInfo? read in local.Prepend(index))
        {
            PageRaise raise = new(read?.IndexName, PageChange.Anything)
            {
                Partition = PartitionOf(read?.Layout ?? table.Layout, partition),
            };
            fences.Raise(table.TableName, item: 0, raise, isInDoubt: false);
        }
    }

    /// <summary>Forgets the pages of an index.</summary>
    public void EvictIndex(TableInfo table, IndexInfo index) =>
        fences.Raise(table.TableName, item: 0, PageRaise.Everything(index.IndexName), isInDoubt: false);

    /// <summary>Something has changed whose fences are not known; what is cached of it is void already.</summary>
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
            Raise(index, index.Layout, oldItem!, effect, PageChange.Left);
        }

        if (isIn)
        {
            Raise(index, index.Layout, effect.New!, effect, PageChange.Anything);
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
            Raise(index, index.Layout, effect.Key, effect, GoneOr(PageChange.Anything, effect));
        }
        else if (effect.KnowsNew)
        {
            // Wherever it was: pages that show it are concerned, and pages that cover where it is.
            RaiseUnplaced(index, effect, PageChange.Left);
            if (effect.New is not null && index.Layout.Has(effect.New))
            {
                Raise(index, index.Layout, effect.New, effect, PageChange.Anything);
            }
        }
        else
        {
            RaiseUnplaced(index, effect, PageChange.Anything);
        }
    }

    /// <summary>
    /// An item stays at its place in an index, if it is there, and is other than it was; nothing where the index does not show it.
    /// </summary>
    /// <param name="table">The table.</param>
    /// <param name="index">The index.</param>
    /// <param name="place">Attributes with the item's key in the index among them; null where that is not known.</param>
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
            Raise(index, index.Layout, place, effect, PageChange.InPlace, shown);
        }
        else
        {
            RaiseUnplaced(index, effect, PageChange.InPlace, shown);
        }
    }

    /// <summary>Where in the index is not known: in a local one, at least the partition is.</summary>
    private void RaiseUnplaced(IndexInfo index, Effect effect, PageChange change, IReadOnlyCollection<string>? names = null) =>
        effect.Raises.Add(new PageRaise(index.IndexName, change)
        {
            Partition = index.IsGlobal ? null : PartitionOf(index.Layout, effect.Key),
            ScanPlace = index.IsGlobal ? [] : fences.ScanPlaceOf(index.Layout, effect.Key),
            Names = NamesOf(change, names),
        });

    private void Raise(
        IndexInfo? index,
        KeyLayout layout,
        AttributeMap place,
        Effect effect,
        PageChange change,
        IReadOnlyCollection<string>? names = null)
    {
        ArrayBufferWriter<byte> range = new(160);
        layout.WriteRange(place, range);
        effect.Raises.Add(new PageRaise(index?.IndexName, change)
        {
            Partition = PartitionOf(layout, place),
            Position = range.WrittenSpan.ToArray(),
            ScanPlace = fences.ScanPlaceOf(layout, place),
            Names = NamesOf(change, names),
        });
    }

    private static IReadOnlyCollection<string> NamesOf(PageChange change, IReadOnlyCollection<string>? names) =>
        change == PageChange.InPlace ? names! : [];

    /// <summary>An item that is not there by now can only have left.</summary>
    private static PageChange GoneOr(PageChange other, Effect effect) =>
        effect is { KnowsNew: true, New: null } ? PageChange.Left : other;

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

    private static byte[] PartitionOf(KeyLayout layout, AttributeMap item)
    {
        ArrayBufferWriter<byte> partition = new(160);
        layout.WriteHash(item, partition);
        return partition.WrittenSpan.ToArray();
    }

    /// <summary>A write that has ended.</summary>
    /// <param name="Key">Attributes with the item's key among them.</param>
    /// <param name="Touched">What it and others under way may have changed if the item existed; null for all.</param>
    /// <param name="KnowsNew">Whether <paramref name="New"/> says anything.</param>
    /// <param name="New">The item as it is; null for none.</param>
    private sealed record Effect(
        AttributeMap Key, IReadOnlySet<string>? Touched = null, bool KnowsNew = false, AttributeMap? New = null)
    {
        /// <summary>What it means.</summary>
        public List<PageRaise> Raises { get; } = [];
    }
}
