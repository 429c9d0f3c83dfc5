using System.Security.Cryptography;
using DaxProxy.Core;
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
        if (options.ItemCache.Enabled)
        {
            Caching = new ItemCaching(innermost, options.ItemCache, BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))), time);
        }

        Outermost = Caching?.Backend ?? innermost;
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
        };
        LocalBackend local = new(engine, options.Backend.ValidationProfile, time);
        return new BackendStack(local, options, time) { owned = local };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Caching?.Dispose();
        owned?.Dispose();
    }
}
