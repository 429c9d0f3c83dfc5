using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace DaxProxy.Core.Caching.Core;

/// <summary>Entries by key within a budget of bytes. The core of every cache here: it decides which entries are kept.</summary>
/// <typeparam name="TEntry">What is kept.</typeparam>
/// <remarks>
/// Thread-safe. A look-up takes no lock and allocates nothing. Storing and removing take one of many locks for a time that is bounded by
/// the size of what is stored; no thread works behind. A look-up that begins after <see cref="Store"/> or <see cref="Remove"/> returned
/// sees what they did. Why it is so, and what it was measured against: <c>DESIGN.md</c>.
/// </remarks>
public sealed class CacheCore<TEntry>
    where TEntry : CacheEntry
{
    private const int MaxShards = 1024;

    private readonly CacheShard[] shards;
    private readonly ulong seed;
    private readonly int shift;

    /// <summary>An empty cache.</summary>
    /// <param name="maxBytes">
    /// The budget: most bytes that entries may take together (<see cref="CacheEntry.EntryBytes"/>). At least 1.
    /// </param>
    /// <param name="largestEntryBytes">
    /// The largest entry that is kept, if the budget is eight times as much; otherwise an eighth of the budget is. At least 1.
    /// </param>
    /// <param name="seed">What spreads keys; random in each process, and secret.</param>
    /// <param name="time">The clock.</param>
    public CacheCore(long maxBytes, int largestEntryBytes, ulong seed, TimeProvider time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(largestEntryBytes, 1);
        this.seed = seed;
        long most = Math.Clamp(maxBytes / ((long)largestEntryBytes * CacheShard.LeastEntries), 1, MaxShards);
        int bits = BitOperations.Log2((ulong)most);
        shift = 64 - bits;
        shards = new CacheShard[1 << bits];
        for (int i = 0; i < shards.Length; i++)
        {
            shards[i] = new CacheShard(maxBytes / shards.Length, time);
        }
    }

    /// <summary>How many entries there are, the expired among them included.</summary>
    public int Count => shards.Sum(shard => shard.Count);

    /// <summary>
    /// What the entries take of the budget: never more than it, but for entries that others are moving while this adds up.
    /// </summary>
    public long Bytes => shards.Sum(shard => shard.Bytes);

    /// <summary>The entry of a key, unless its life has ended.</summary>
    public bool TryGet(ReadOnlySpan<byte> key, [NotNullWhen(true)] out TEntry? entry)
    {
        ulong hash = KeyedHash.Of(seed, key);
        entry = (TEntry?)ShardOf(hash).Find(hash, key);
        return entry is not null;
    }

    /// <summary>The entry of a key whose life has ended, but not its <see cref="CacheEntry.Grace"/>. Takes a lock.</summary>
    public bool TryGetStale(ReadOnlySpan<byte> key, [NotNullWhen(true)] out TEntry? entry)
    {
        ulong hash = KeyedHash.Of(seed, key);
        entry = (TEntry?)ShardOf(hash).FindStale(hash, key);
        return entry is not null;
    }

    /// <summary>
    /// The entry of a key, expired or not, for one who only looks: it does not count as asked for. Takes a lock.
    /// </summary>
    internal TEntry? Look(ReadOnlySpan<byte> key)
    {
        ulong hash = KeyedHash.Of(seed, key);
        return (TEntry?)ShardOf(hash).Look(hash, key);
    }

    /// <summary>
    /// Stores an entry, which was never stored before, in the place of any other of its key. False if it is too large to be kept: the key
    /// is then empty.
    /// </summary>
    public bool Store(TEntry entry)
    {
        entry.Hash = KeyedHash.Of(seed, entry.Key);
        return ShardOf(entry.Hash).Store(entry);
    }

    /// <summary>
    /// Puts an entry that says the same as another one, and was never stored before, in its place. False, with nothing changed, if that one
    /// has left meanwhile, or if the new one is too large to be kept.
    /// </summary>
    public bool TryReplace(TEntry old, TEntry entry)
    {
        entry.Hash = old.Hash;
        entry.Continue(old);
        return ShardOf(entry.Hash).TryReplace(old, entry);
    }

    /// <summary>Removes the entry of a key. False if there was none.</summary>
    public bool Remove(ReadOnlySpan<byte> key)
    {
        ulong hash = KeyedHash.Of(seed, key);
        return ShardOf(hash).Remove(hash, key);
    }

    /// <summary>Removes the entries whose keys begin with these bytes. Looks at every entry there is.</summary>
    public void RemoveBeginningWith(byte[] prefix)
    {
        foreach (CacheShard shard in shards)
        {
            shard.RemoveWhere(entry => entry.Key.StartsWith(prefix));
        }
    }

    // A shift by all 64 bits is one by none in C#: with one shard the mask does it.
    private CacheShard ShardOf(ulong hash) => shards[(int)(hash >> shift) & (shards.Length - 1)];
}
