using DaxProxy.Core.Catalog;

namespace DaxProxy.Core.Caching.Core;

/// <summary>One entry of a <see cref="CacheCore{TEntry}"/>: what is kept derives from this. Stored at most once, in one cache.</summary>
/// <remarks>
/// What a reader sees is immutable. The rest is the cache's own bookkeeping, kept here so that an entry is one object:
/// <code>
/// field            read by                      written by
/// Next             readers of its chain         the shard, inside its lock
/// Newer, Older     the shard, inside its lock   the same
/// IsMain, IsWanted the shard, inside its lock   the same
/// Uses             the shard, inside its lock   the shard; readers without any lock, so that some uses are lost
/// refresh          readers                      readers: the last step by one of them only
/// </code>
/// </remarks>
public abstract class CacheEntry
{
    /// <summary>
    /// What an entry costs besides its key's bytes and what the derived class adds: this object up to its own fields (72), the head of the
    /// key's array and its padding (28), its share of the table and of the memory of those that left (13), and what the collector leaves
    /// between (3).
    /// </summary>
    public const int OverheadBytes = 116;

    internal const byte MaxUses = 3;

    // The steps of refresh.
    private const byte Unused = 0, Used = 1, Begun = 2;

    private readonly byte[] key;
    private readonly long expiresAt;
    private byte refresh;

    /// <summary>An entry, not stored yet.</summary>
    /// <param name="key">The key. Not copied; never changed from now on.</param>
    /// <param name="payloadBytes">Bytes of memory that the derived class takes: its fields and what they alone hold. Not negative.</param>
    /// <param name="expiresAt">End of its life; <see cref="DateTimeOffset.MaxValue"/> when it has none.</param>
    protected CacheEntry(byte[] key, int payloadBytes, DateTimeOffset expiresAt)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(payloadBytes);
        this.key = key;
        this.expiresAt = expiresAt.UtcTicks;
        EntryBytes = checked(key.Length + payloadBytes + OverheadBytes);
    }

    /// <summary>The key.</summary>
    public ReadOnlySpan<byte> Key => key;

    /// <summary>The array of the key, for another entry of it.</summary>
    private protected byte[] KeyArray => key;

    /// <summary>End of its life; <see cref="DateTimeOffset.MaxValue"/> when it has none.</summary>
    public DateTimeOffset ExpiresAt => new(expiresAt, TimeSpan.Zero);

    /// <summary>What the entry takes of the cache's budget: key, payload and overhead.</summary>
    public int EntryBytes { get; }

    /// <summary>
    /// Whether no request will ask for it any more, so that its room may be taken at once. Once true it stays true. Asked inside a lock of
    /// the cache, of cold entries too, so it must be quick. A void entry may still be found.
    /// </summary>
    protected internal virtual bool IsVoid => false;

    /// <summary>
    /// How long after the end of its life it may still be asked for (<see cref="CacheCore{TEntry}.TryGetStale"/>). Default: not at all.
    /// Always the same; asked inside a lock of the cache, of cold entries too: must be quick.
    /// </summary>
    protected internal virtual TimeSpan Grace => TimeSpan.Zero;

    internal ulong Hash { get; set; }

    internal byte Uses { get; set; }

    internal bool IsMain { get; set; }

    /// <summary>Whether it was found after the end of its life since the shard last looked for room.</summary>
    internal bool IsWanted { get; set; }

    internal CacheEntry? Next;

    internal CacheEntry? Newer { get; set; }

    internal CacheEntry? Older { get; set; }

    /// <summary>
    /// Called once, when the entry has left the cache. Inside a lock of the cache: must be quick, must not throw, and must not call the
    /// cache.
    /// </summary>
    protected internal abstract void OnLeft(RemovalReason why);

    /// <summary>Whether it has reached the end of its life.</summary>
    internal bool IsExpired(TimeProvider time) => expiresAt != DateTimeOffset.MaxValue.Ticks && expiresAt <= time.GetUtcNow().UtcTicks;

    internal bool IsExpired(long nowTicks) => expiresAt <= nowTicks;

    /// <summary>Takes over what readers did with the entry whose place this one is to take.</summary>
    internal void Continue(CacheEntry old) => refresh = Volatile.Read(ref old.refresh);

    /// <summary>Whether its life has ended, and it may still be asked for.</summary>
    internal bool IsInGrace(long nowTicks) => IsExpired(nowTicks) && nowTicks - expiresAt < Grace.Ticks;

    /// <summary>Notes a hit. True if it was hit before, since it was stored, and no early fetch of it has begun.</summary>
    internal bool NoteHit()
    {
        byte seen = Volatile.Read(ref refresh);
        return seen == Unused ? Interlocked.CompareExchange(ref refresh, Used, Unused) == Used : seen == Used;
    }

    /// <summary>True for the one caller that is to fetch it again. It was hit before.</summary>
    internal bool TryBeginRefresh() => Interlocked.CompareExchange(ref refresh, Begun, Used) == Used;

    /// <summary>Notes that it was asked for. Two at one time may count as one.</summary>
    internal void CountUse()
    {
        // An entry in steady use is not written to, so that its cache line stays with every processor that reads it.
        if (Uses < MaxUses)
        {
            Uses++;
        }
    }
}
