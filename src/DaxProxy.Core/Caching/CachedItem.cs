using DaxProxy.Core.Caching.Core;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;

namespace DaxProxy.Core.Caching;

/// <summary>One cached answer: an item, or that there is none, with its finished body. Immutable.</summary>
public sealed class CachedItem : CacheEntry
{
    /// <summary>What an entry of this kind adds: its own fields.</summary>
    internal const int AbsenceBytes = 40;

    /// <summary>What one with an item adds: its own fields, the item and the text of its checksum; the body is not in it.</summary>
    internal const int ItemBytes = 150;

    private readonly CatalogTable table;

    internal CachedItem(in CacheKey key, Item? item, Face face, DateTimeOffset expiresAt)
        : base(key.Bytes, item is null ? AbsenceBytes : ItemBytes + face.Body.Length, expiresAt)
    {
        table = key.Table;
        Item = item;
        Face = face;
    }

    /// <summary>The whole item; null when there is none.</summary>
    public Item? Item { get; }

    /// <summary>The finished answer to a plain GetItem.</summary>
    public Face Face { get; }

    /// <inheritdoc/>
    protected internal override bool IsVoid => table.IsRetired;

    /// <inheritdoc/>
    protected internal override TimeSpan Grace => table.Settings.ItemGrace;

    internal TableCacheSettings Settings => table.Settings;

    internal TableCounters Counters => table.Counters;

    /// <inheritdoc/>
    protected internal override void OnLeft(Departure why) => Counters.CountLeft(EntryBytes, why);
}
