using System.Buffers;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;

namespace DaxProxy.Core.Caching.Queries;

/// <summary>From what a write did to one item to the fences of the pages that it may concern. Thread-safe.</summary>
internal sealed class PageInvalidation(QueryFences fences)
{
    /// <summary>An item was written, or may have been.</summary>
    /// <param name="table">Its table.</param>
    /// <param name="key">Attributes of which its key is part.</param>
    /// <param name="touched">The top-level attributes that may have changed if the item existed; null for all.</param>
    /// <param name="images">What is known of the effect; null for nothing.</param>
    /// <param name="isInDoubt">Whether it may still happen.</param>
    public void Written(TableInfo table, AttributeMap key, IReadOnlySet<string>? touched, WriteImages? images, bool isInDoubt)
    {
        if (images is { IsOldKnown: true } && AreSame(images.Old, images.New))
        {
            return;
        }

        Raise(table, null, table.Layout, key, isInDoubt);
        if (table.Indexes.Count == 0)
        {
            return;
        }

        AttributeMap? newItem = images?.New?.Open(), oldItem = images?.Old?.Open();
        foreach (IndexInfo index in table.Indexes.Values)
        {
            if (images is { IsOldKnown: true })
            {
                WrittenBetween(table, index, oldItem, newItem);
            }
            else
            {
                WrittenInTheDark(table, index, key, touched, images is not null, newItem, isInDoubt);
            }
        }
    }

    /// <summary>Nothing was written, but somebody expected the item to be other than it is, perhaps because he was shown an old page.</summary>
    public void Suspected(TableInfo table, AttributeMap key)
    {
        Raise(table, null, table.Layout, key, isInDoubt: false);
        foreach (IndexInfo index in table.Indexes.Values.Where(index => !index.IsGlobal))
        {
            fences.RaisePartition(table, index, PartitionOf(index.Layout, key), WritePosition.Unknown, isInDoubt: false);
        }
    }

    /// <summary>Forgets the pages of a partition of an index, or of the table and its local indexes.</summary>
    public void EvictPartition(TableInfo table, IndexInfo? index, AttributeMap partition)
    {
        IEnumerable<IndexInfo?> local = index is null ? table.Indexes.Values.Where(other => !other.IsGlobal) : [];
        foreach (IndexInfo? read in local.Prepend(index))
        {
            byte[] key = PartitionOf(read?.Layout ?? table.Layout, partition).ToArray();
            fences.RaisePartition(table, read, key, WritePosition.Unknown, isInDoubt: false);
        }
    }

    /// <summary>Forgets the pages of an index.</summary>
    public void EvictIndex(TableInfo table, IndexInfo index) => fences.RaiseScope(table, index, isInDoubt: false);

    /// <summary>Something has changed of which no fence is known; what is cached of it is void already.</summary>
    public void EndUnfenced(bool isInDoubt) => fences.EndUnfenced(isInDoubt);

    /// <summary>Both images are known.</summary>
    private void WrittenBetween(TableInfo table, IndexInfo index, AttributeMap? oldItem, AttributeMap? newItem)
    {
        bool wasIn = oldItem is not null && index.Layout.Has(oldItem), isIn = newItem is not null && index.Layout.Has(newItem);
        if (wasIn && isIn && AreSameIn(table, index, oldItem!, newItem!))
        {
            return;
        }

        if (wasIn)
        {
            Raise(table, index, index.Layout, oldItem!, isInDoubt: false);
        }

        if (isIn && !(wasIn && index.Layout.KeyOf(oldItem!).AsSpan().SequenceEqual(index.Layout.KeyOf(newItem!))))
        {
            Raise(table, index, index.Layout, newItem!, isInDoubt: false);
        }
    }

    /// <summary>The item as it was is not known, perhaps not even as it is.</summary>
    private void WrittenInTheDark(
        TableInfo table, IndexInfo index, AttributeMap key, IReadOnlySet<string>? touched, bool knowsNew, AttributeMap? newItem, bool isInDoubt)
    {
        bool hasTableKeysOnly = index.Keys.All(part => table.KeySchema.Contains(part.Name));
        bool keepsKey = touched is not null && !index.Keys.Any(part => touched.Contains(part.Name));
        if (keepsKey && !hasTableKeysOnly && !Shows(table, index, touched!))
        {
            // What was not touched was there before: an item that was not has nothing but its key and what was touched.
            return;
        }

        if (hasTableKeysOnly)
        {
            Raise(table, index, index.Layout, key, isInDoubt);
        }
        else if (keepsKey && knowsNew)
        {
            if (newItem is not null && index.Layout.Has(newItem))
            {
                Raise(table, index, index.Layout, newItem, isInDoubt);
            }
        }
        else if (!index.IsGlobal)
        {
            fences.RaisePartition(table, index, PartitionOf(index.Layout, key), WritePosition.Unknown, isInDoubt);
        }
        else
        {
            fences.RaiseScope(table, index, isInDoubt);
        }
    }

    private void Raise(TableInfo table, IndexInfo? index, KeyLayout layout, AttributeMap item, bool isInDoubt)
    {
        ArrayBufferWriter<byte> range = new(160);
        layout.WriteRange(item, range);
        fences.RaisePartition(table, index, PartitionOf(layout, item), WritePosition.At(range.WrittenSpan), isInDoubt);
    }

    /// <summary>Whether an entry shows one of these attributes. Local indexes show all: what they do not hold is fetched from the table.</summary>
    private static bool Shows(TableInfo table, IndexInfo index, IReadOnlySet<string> touched) =>
        index.IsGlobal ? touched.Any(name => index.Holds(table.KeySchema, name)) : touched.Count > 0;

    /// <summary>Whether readers of the index see no difference between two items that differ.</summary>
    private static bool AreSameIn(TableInfo table, IndexInfo index, AttributeMap oldItem, AttributeMap newItem) =>
        index is { IsGlobal: true, ProjectsAll: false }
        && AttributeValue.FromMap(index.Project(table.KeySchema, oldItem)).Equals(AttributeValue.FromMap(index.Project(table.KeySchema, newItem)));

    private static bool AreSame(Item? left, Item? right) =>
        left is null ? right is null : right is not null && left.Json.Span.SequenceEqual(right.Json.Span);

    private static ReadOnlySpan<byte> PartitionOf(KeyLayout layout, AttributeMap item)
    {
        ArrayBufferWriter<byte> partition = new(160);
        layout.WriteHash(item, partition);
        return partition.WrittenSpan;
    }
}
