using System.Buffers.Binary;
using DaxProxy.Core.Caching.Core;
using DaxProxy.Core.Catalog;

namespace DaxProxy.Bench.Hits;

/// <summary>The core of our caches, as it is.</summary>
internal sealed class CoreModel(long maxBytes) : ICacheModel
{
    private const int LargestEntryBytes = 1 << 17;

    private readonly CacheCore<Entry> cache = new(maxBytes, LargestEntryBytes, 42, TimeProvider.System);
    private readonly byte[] asked = new byte[sizeof(int)];

    public bool Touch(int key, int bytes)
    {
        BinaryPrimitives.WriteInt32LittleEndian(asked, key);
        if (cache.TryGet(asked, out _))
        {
            return true;
        }

        cache.Store(new Entry([.. asked], Math.Max(bytes - CacheEntry.OverheadBytes - asked.Length, 0)));
        return false;
    }

    private sealed class Entry(byte[] key, int payloadBytes) : CacheEntry(key, payloadBytes, DateTimeOffset.MaxValue)
    {
        protected internal override void OnLeft(RemovalReason why)
        {
        }
    }
}
