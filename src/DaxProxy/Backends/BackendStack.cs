using System.Security.Cryptography;
using DaxProxy.Core;
using DaxProxy.Core.Caching;
using DaxProxy.Core.Items;
using DaxProxy.Core.Partiql;
using DaxProxy.Core.Tables;
using DaxProxy.Engine;
using DaxProxy.Engine.Storage;
using DaxProxy.Options;

namespace DaxProxy.Backends;

/// <summary>The backends that the options ask for, stacked. Owns what it made.</summary>
public sealed class BackendStack : IDisposable
{
    private static readonly TableCacheSettings Uncached = new(Enabled: false, TimeSpan.Zero, TimeSpan.Zero);

    private LocalBackend? owned;

    /// <summary>Stacks what the options ask for around a backend, which stays the caller's.</summary>
    public BackendStack(IDynamoBackend innermost, ProxyOptions options, TimeProvider time)
    {
        if (options.ItemCache.Enabled)
        {
            Caching = new ItemCaching(innermost, options.ItemCache, BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))), time);
        }

        IDynamoBackend native = Caching?.Backend ?? innermost;
        TableCatalog catalog = Caching?.Catalog ?? new TableCatalog(innermost, time, static _ => Uncached);
        Outermost = new PartiqlBackend(native, catalog);
    }

    /// <summary>What answers every operation.</summary>
    public IDynamoBackend Outermost { get; }

    /// <summary>The item cache; null when it is off.</summary>
    public ItemCaching? Caching { get; }

    /// <summary>Makes the innermost backend and stacks the others around it.</summary>
    /// <exception cref="StorageException">The local engine's data cannot be used.</exception>
    public static BackendStack Create(ProxyOptions options, TimeProvider time)
    {
        EngineOptions engine = new()
        {
            DataFolder = options.Backend.InMemory ? null : options.Backend.DataFolder,
            SynchronizeEveryCommit = options.Backend.Synchronous == Durability.Full,
            Region = options.Backend.Region,
            StatusDelay = options.Backend.StatusDelay,
            ReplicaLag = options.Backend.ReplicaLag,
            IndexLag = options.Backend.IndexLag,
            LagSeed = options.Backend.LagSeed,
            TimeToLiveInterval = options.Backend.TimeToLiveInterval,
            StreamShards = options.Backend.StreamShards,
            StreamShardLifetime = options.Backend.StreamShardLifetime,
        };
        LocalBackend local = new(engine, options.Backend.ValidationProfile, time);
        BackendStack stack = new(local, options, time) { owned = local };
        if (stack.Caching?.Backend is { } cached)
        {
            local.ItemsExpired = (table, keys) => EvictAll(cached, table, keys);
        }

        return stack;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // The engine first: it tells the cache of items that it deletes.
        owned?.Dispose();
        Caching?.Dispose();
    }

    private static void EvictAll(CachedBackend cached, string table, IReadOnlyList<AttributeMap> keys)
    {
        foreach (AttributeMap key in keys)
        {
            cached.Evict(table, key);
        }
    }
}
