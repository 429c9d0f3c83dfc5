using DaxProxy.Core.Caching.Core;
using DaxProxy.Core.Catalog;

namespace DaxProxy.Capacity;

/// <summary>An entry of a simulated cache: the room that a real one would take, and nothing in it. Immutable.</summary>
/// <param name="key">The key.</param>
/// <param name="bytes">What a real one adds to an entry.</param>
/// <param name="stamp">What else decides whether it is still right; 0 for nothing.</param>
/// <param name="until">The end of its life.</param>
internal sealed class SimulatedEntry(byte[] key, int bytes, ulong stamp, DateTimeOffset until) : CacheEntry(key, bytes, until)
{
    /// <summary>What else decides whether it is still right; 0 for nothing.</summary>
    public ulong Stamp { get; } = stamp;

    /// <inheritdoc/>
    protected override void OnLeft(RemovalReason why)
    {
    }
}
