namespace DaxProxy.Core.Caching.Core;

/// <summary>The hashes of entries that left lately: less than half as many as there are entries. For one thread at a time.</summary>
/// <remarks>Each has one place it may stand in, which the next to come takes: no order is kept, and half of the hash is enough.</remarks>
internal sealed class Ghosts
{
    private uint[] tags = [0];

    /// <summary>Remembers a hash.</summary>
    /// <param name="hash">The hash.</param>
    /// <param name="room">How many to remember: a power of two. When it has changed, what was remembered is forgotten.</param>
    public void Add(ulong hash, int room)
    {
        if (tags.Length != room)
        {
            tags = new uint[room];
        }

        PlaceOf(hash) = TagOf(hash);
    }

    /// <summary>Whether this hash is remembered; it is forgotten with that.</summary>
    public bool TryTake(ulong hash)
    {
        ref uint tag = ref PlaceOf(hash);
        if (tag != TagOf(hash))
        {
            return false;
        }

        tag = 0;
        return true;
    }

    private static uint TagOf(ulong hash) => (uint)(hash >> 32) | 1;

    private ref uint PlaceOf(ulong hash) => ref tags[(int)hash & (tags.Length - 1)];
}
