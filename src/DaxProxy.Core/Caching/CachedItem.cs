using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;

namespace DaxProxy.Core.Caching;

/// <summary>One cached answer: an item, or that there is none, with its finished body. Immutable.</summary>
public sealed class CachedItem
{
    internal CachedItem(Item? item, Face face, DateTimeOffset expiresAt, TableCounters counters, int entryBytes)
    {
        Item = item;
        Face = face;
        ExpiresAt = expiresAt;
        Counters = counters;
        EntryBytes = entryBytes;
    }

    /// <summary>The whole item; null when there is none.</summary>
    public Item? Item { get; }

    /// <summary>The finished answer to a plain GetItem.</summary>
    public Face Face { get; }

    /// <summary>End of its life; <see cref="DateTimeOffset.MaxValue"/> when it has none.</summary>
    public DateTimeOffset ExpiresAt { get; }

    /// <summary>Estimated bytes of the entry: key, body and overhead.</summary>
    public int EntryBytes { get; }

    internal TableCounters Counters { get; }
}
