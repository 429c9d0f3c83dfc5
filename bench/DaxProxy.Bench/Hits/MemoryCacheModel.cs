using Microsoft.Extensions.Caching.Memory;

namespace DaxProxy.Bench.Hits;

/// <summary>The memory cache of Microsoft.Extensions with a limit of bytes, which each entry takes a part of.</summary>
internal sealed class MemoryCacheModel(long maxBytes) : ICacheModel, IDisposable
{
    private static readonly TimeSpan LongestCompaction = TimeSpan.FromMilliseconds(500);
    private readonly MemoryCache cache = new(new MemoryCacheOptions { SizeLimit = maxBytes, TrackStatistics = true });

    public bool Touch(int key, int bytes)
    {
        if (cache.TryGetValue(key, out _))
        {
            return true;
        }

        using (ICacheEntry entry = cache.CreateEntry(key))
        {
            entry.Value = this;
            entry.Size = bytes;
        }

        if (!cache.TryGetValue(key, out _))
        {
            // It refused, and makes room behind our back; between two misses of a proxy there is time for that.
            long full = maxBytes - (maxBytes / 50);
            SpinWait.SpinUntil(() => cache.GetCurrentStatistics()!.CurrentEstimatedSize < full, LongestCompaction);
        }

        return false;
    }

    public void Dispose() => cache.Dispose();
}
