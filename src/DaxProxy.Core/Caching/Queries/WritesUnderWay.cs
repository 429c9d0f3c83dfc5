using System.Runtime.InteropServices;

namespace DaxProxy.Core.Caching.Queries;

/// <summary>
/// Which attributes the writes may change that are in flight, key by key. Thread-safe; the cost of a write does not depend on how many
/// others there are.
/// </summary>
/// <remarks>
/// Keys are told apart by their fences, as numbers: two on one fence count as one, which only makes us forget more than we had to.
/// </remarks>
internal sealed class WritesUnderWay
{
    private const int Shards = 64;

    private readonly Dictionary<int, Writes>[] shards = [.. Enumerable.Range(0, Shards).Select(_ => new Dictionary<int, Writes>())];

    /// <summary>A write is about to be sent. <see cref="End"/> must follow once its effect has been told to all pages.</summary>
    /// <param name="key">Fence of its key.</param>
    /// <param name="touched">The top-level attributes that it may change; null for all.</param>
    public void Begin(int key, IReadOnlySet<string>? touched)
    {
        Dictionary<int, Writes> shard = ShardOf(key);
        lock (shard)
        {
            ref Writes? writes = ref CollectionsMarshal.GetValueRefOrAddDefault(shard, key, out _);
            (writes ??= new Writes()).Add(touched);
        }
    }

    /// <summary>A write has ended.</summary>
    public void End(int key, IReadOnlySet<string>? touched)
    {
        Dictionary<int, Writes> shard = ShardOf(key);
        lock (shard)
        {
            if (shard.TryGetValue(key, out Writes? writes) && writes.RemoveIsLast(touched))
            {
                shard.Remove(key);
            }
        }
    }

    /// <summary>
    /// What a write that has not ended and all others of its key may change together; null for all. False if it is known to be the only
    /// one.
    /// </summary>
    public bool HasOthers(int key, IReadOnlySet<string>? own, out IReadOnlySet<string>? together)
    {
        Dictionary<int, Writes> shard = ShardOf(key);
        lock (shard)
        {
            bool isKnown = shard.TryGetValue(key, out Writes? writes);
            together = isKnown ? writes!.Together(own) : null;
            return !isKnown || writes!.Count > 1;
        }
    }

    private Dictionary<int, Writes> ShardOf(int key) => shards[key & (Shards - 1)];

    private sealed class Writes
    {
        private readonly Dictionary<string, int> names = new(StringComparer.Ordinal);
        private int whole;

        public int Count { get; private set; }

        public void Add(IReadOnlySet<string>? touched)
        {
            Count++;
            whole += touched is null ? 1 : 0;
            foreach (string name in touched ?? (IEnumerable<string>)[])
            {
                CollectionsMarshal.GetValueRefOrAddDefault(names, name, out _)++;
            }
        }

        public bool RemoveIsLast(IReadOnlySet<string>? touched)
        {
            Count--;
            whole -= touched is null ? 1 : 0;
            foreach (string name in touched ?? (IEnumerable<string>)[])
            {
                if (--CollectionsMarshal.GetValueRefOrNullRef(names, name) == 0)
                {
                    names.Remove(name);
                }
            }

            return Count == 0;
        }

        public IReadOnlySet<string>? Together(IReadOnlySet<string>? own) => whole > 0 ? null
            : own?.Count == names.Count ? own
            : names.Keys.ToHashSet(StringComparer.Ordinal);
    }
}
