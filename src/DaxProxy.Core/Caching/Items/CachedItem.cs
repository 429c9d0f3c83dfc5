using DaxProxy.Core.Caching.Core;
using DaxProxy.Core.Catalog;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Caching.Items;

/// <summary>One cached answer: an item, or that there is none, with its finished body. Immutable.</summary>
public sealed class CachedItem : CacheEntry
{
    /// <summary>What an entry of this kind adds: its own fields.</summary>
    internal const int AbsenceBytes = 56;

    /// <summary>What one with an item adds: its own fields, the item and the text of its checksum; the body is not in it.</summary>
    internal const int ItemBytes = 166;

    private readonly CatalogTable table;
    private readonly long storedAt;

    internal CachedItem(in CacheKey key, Item? item, Face face, DateTimeOffset storedAt, DateTimeOffset expiresAt)
        : this(key.Table, key.Bytes, item, face, null, storedAt.UtcTicks, expiresAt)
    {
    }

    private CachedItem(CatalogTable table, byte[] key, Item? item, Face face, byte[]? daxFace, long storedAt, DateTimeOffset expiresAt)
        : base(key, (item is null ? AbsenceBytes : ItemBytes + face.Body.Length) + BytesOf(daxFace), expiresAt)
    {
        this.table = table;
        this.storedAt = storedAt;
        Item = item;
        Face = face;
        DaxFace = daxFace;
    }

    /// <summary>The whole item; null when there is none.</summary>
    public Item? Item { get; }

    /// <summary>The finished answer to a plain GetItem.</summary>
    public Face Face { get; }

    /// <summary>
    /// The finished answer to a plain GetItem of the DAX protocol; null until <see cref="ItemCache.TryKeepDaxFace"/>. Never changed.
    /// </summary>
    public byte[]? DaxFace { get; }

    /// <summary>When it was stored.</summary>
    public DateTimeOffset StoredAt => new(storedAt, TimeSpan.Zero);

    /// <summary>The name of its table.</summary>
    public string TableName => table.Info.TableName;

    /// <summary>The key of its table.</summary>
    public KeySchema KeySchema => table.Info.KeySchema;

    /// <inheritdoc/>
    protected internal override bool IsVoid => table.IsRetired;

    /// <inheritdoc/>
    protected internal override TimeSpan Grace => table.Settings.ItemGrace;

    internal CatalogTable Table => table;

    /// <summary>Its table and key, without a fence.</summary>
    internal CacheKey Place => new(table, KeyArray, 0);

    internal TableCacheSettings Settings => table.Settings;

    internal TableCounters Counters => table.Counters;

    /// <summary>The same with another face, not stored yet.</summary>
    internal CachedItem With(byte[] daxFace) => new(table, KeyArray, Item, Face, daxFace, storedAt, ExpiresAt);

    /// <summary>What an array takes: its content, its head and its padding.</summary>
    private static int BytesOf(byte[]? face) => face is null ? 0 : face.Length + 24;

    /// <inheritdoc/>
    protected internal override void OnLeft(RemovalReason why) => Counters.CountLeft(EntryBytes, why);
}
