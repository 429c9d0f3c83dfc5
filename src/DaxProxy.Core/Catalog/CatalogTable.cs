using System.Buffers.Binary;
using DaxProxy.Core.Tables;

namespace DaxProxy.Core.Catalog;

/// <summary>A table as the caches know it, from the moment it was learnt until it is forgotten or evicted.</summary>
/// <remarks>
/// Immutable but for the counters and the end. A number that is never used twice begins every cache key of the table, so a table is evicted
/// by replacing this object: what was stored, or will be by those who still hold it, cannot be reached any more. Thread-safe.
/// </remarks>
public sealed class CatalogTable
{
    /// <summary>Bytes that begin the cache keys.</summary>
    public const int PrefixBytes = sizeof(long);

    private readonly long number;
    private volatile bool isRetired;
    private long freshUntilTicks;

    /// <summary>Made by the catalog only: <paramref name="number"/> must be new.</summary>
    internal CatalogTable(TableInfo info, TableCacheSettings settings, TableCounters counters, long number, ServingGate? freshness = null)
    {
        Info = info;
        Settings = settings;
        Counters = counters;
        Freshness = freshness;
        this.number = number;
    }

    /// <summary>Name, identity, key and indexes.</summary>
    public TableInfo Info { get; }

    /// <summary>How its items are cached.</summary>
    public TableCacheSettings Settings { get; }

    /// <summary>What the cache did for it; survives an eviction.</summary>
    public TableCounters Counters { get; }

    /// <summary>
    /// Open while it is known that the caches are not too far behind the table's stream; null where that is not followed.
    /// </summary>
    public ServingGate? Freshness { get; }

    /// <summary>Whether what is cached of it may be answered now, as far as its stream is concerned.</summary>
    public bool IsFresh => Freshness is not { } gate || gate.IsOpen;

    /// <summary>Whether it was forgotten or evicted. If so, no new request looks up entries under its number.</summary>
    public bool IsRetired => isRetired;

    /// <summary>Until when the description need not be asked for again, in UTC ticks.</summary>
    internal long FreshUntilTicks
    {
        get => Volatile.Read(ref freshUntilTicks);
        set => Volatile.Write(ref freshUntilTicks, value);
    }

    /// <summary>Writes what begins the cache keys; the room must suffice.</summary>
    public void WritePrefix(Span<byte> destination) => BinaryPrimitives.WriteInt64LittleEndian(destination, number);

    /// <summary>Whether the caller is the one to ask again; true once each time the description has become old.</summary>
    internal bool TryClaimRefresh(DateTimeOffset now, TimeSpan again)
    {
        long due = FreshUntilTicks;
        return now.UtcTicks >= due && Interlocked.CompareExchange(ref freshUntilTicks, (now + again).UtcTicks, due) == due;
    }

    /// <summary>The catalog knows it no more.</summary>
    internal void Retire() => isRetired = true;
}
