using System.Text;

namespace DaxProxy.Core.Tables;

/// <summary>A table as the caches know it, from the moment it was learnt until it is forgotten or evicted.</summary>
/// <remarks>
/// Immutable but for the counters. <see cref="Prefix"/> begins the cache key of every item of the table and is never used twice, so a
/// table is evicted by replacing this object: what was stored, or will be by those who still hold it, cannot be reached any more.
/// </remarks>
public sealed class CatalogTable
{
    private const int CharBits = 16;

    /// <summary>Made by the catalog only: <paramref name="number"/> must be new.</summary>
    internal CatalogTable(TableInfo info, TableCacheSettings settings, TableCounters counters, long number)
    {
        Info = info;
        Settings = settings;
        Counters = counters;
        Prefix = new string([(char)(number >> (2 * CharBits)), (char)(number >> CharBits), (char)number]);
    }

    /// <summary>Name, identity, key and indexes.</summary>
    public TableInfo Info { get; }

    /// <summary>How its items are cached.</summary>
    public TableCacheSettings Settings { get; }

    /// <summary>What the cache did for it; survives an eviction.</summary>
    public TableCounters Counters { get; }

    /// <summary>Three chars, each of any value, that begin the cache keys.</summary>
    public string Prefix { get; }

    /// <summary>
    /// Writes the cache key of an item: the prefix and its key bytes, one char each. Returns its length; the room must suffice.
    /// </summary>
    public int WriteCacheKey(ReadOnlySpan<byte> keyBytes, Span<char> destination)
    {
        Prefix.CopyTo(destination);
        return Prefix.Length + Encoding.Latin1.GetChars(keyBytes, destination[Prefix.Length..]);
    }
}
