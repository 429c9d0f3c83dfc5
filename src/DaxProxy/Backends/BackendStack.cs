using DaxProxy.Core;
using DaxProxy.Core.Caching;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Options;

namespace DaxProxy.Backends;

/// <summary>Stacks the backends that the options ask for.</summary>
internal static class BackendStack
{
    /// <summary>The outermost backend, and the handle on the cache inside it; null when there is no cache.</summary>
    /// <exception cref="IOException">The data folder cannot be used.</exception>
    /// <exception cref="UnauthorizedAccessException">The data folder is not ours to use.</exception>
    public static (IDynamoBackend Backend, ICacheControl? Cache) Create(ProxyOptions options)
    {
        if (!options.Backend.InMemory)
        {
            Directory.CreateDirectory(options.Backend.DataFolder);
        }

        return (new NoBackend(), null);
    }

    /// <summary>A backend that has no operation.</summary>
    private sealed class NoBackend : IDynamoBackend
    {
        /// <inheritdoc/>
        public ValueTask<Reply> ExecuteAsync(Operation operation, CancellationToken cancellationToken) =>
            new(new ErrorReply(TransportFaults.UnknownOperation));
    }
}
