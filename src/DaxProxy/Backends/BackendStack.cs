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
    private LocalBackend? owned;

    /// <summary>Stacks what the options ask for around a backend, which stays the caller's.</summary>
    public BackendStack(IDynamoBackend innermost, ProxyOptions options, TimeProvider time)
    {
        if (options.ItemCache.Enabled || options.QueryCache.Enabled)
        {
            Caching = new CacheLayer(innermost, options, BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))), time);
        }

        IDynamoBackend native = Caching?.Backend ?? innermost;
        TableCatalog catalog = Caching?.Catalog ?? new TableCatalog(innermost, time, static _ => TableCacheSettings.Off);
        Outermost = new PartiqlBackend(native, catalog);
    }

    /// <summary>What answers every operation.</summary>
    public IDynamoBackend Outermost { get; }

    /// <summary>The caches; null when both are off.</summary>
    public CacheLayer? Caching { get; }

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
            local.ItemsExpired = (table, items) => NoteAll(cached, table, items);
        }

        return stack;
    }

    /// <inheritdoc/>
    public void Dispose() => owned?.Dispose();

    private static void NoteAll(CachedBackend cached, string table, IReadOnlyList<Item> items)
    {
        foreach (Item item in items)
        {
            cached.NoteDeletion(table, item);
        }
    }
}
