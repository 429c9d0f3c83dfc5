using System.Security.Cryptography;
using DaxProxy.Core;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Options;

namespace DaxProxy.Backends;

/// <summary>The backends that the options ask for, stacked. Owns what it made.</summary>
public sealed class BackendStack : IDisposable
{
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
    /// <exception cref="IOException">The data folder cannot be used.</exception>
    /// <exception cref="UnauthorizedAccessException">The data folder is not ours to use.</exception>
    public static BackendStack Create(ProxyOptions options, TimeProvider time)
    {
        if (!options.Backend.InMemory)
        {
            Directory.CreateDirectory(options.Backend.DataFolder);
        }

        return new BackendStack(new NoBackend(), options, time);
    }

    /// <inheritdoc/>
    public void Dispose() => Caching?.Dispose();

    /// <summary>A backend that has no operation.</summary>
    private sealed class NoBackend : IDynamoBackend
    {
        /// <inheritdoc/>
        public ValueTask<Reply> ExecuteAsync(Operation operation, CancellationToken cancellationToken) =>
            new(new ErrorReply(TransportFaults.UnknownOperation));
    }
}
