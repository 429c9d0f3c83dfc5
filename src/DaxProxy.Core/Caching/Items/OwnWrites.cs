namespace DaxProxy.Core.Caching.Items;

/// <summary>
/// The latest writes of this process to tables whose streams are followed: what the stream tells of them need not raise fences once more.
/// </summary>
/// <remarks>
/// Each is recognised once, and a change of the same item that is none of them forgets those of that item: why that is safe stands in
/// <c>Following/DESIGN.md</c>. Of constant size: what is forgotten only raises fences more often. Used inside the fence of the item, whose
/// lock is that of the place too.
/// </remarks>
internal sealed class OwnWrites
{
    /// <summary>A multiple of how many locks the fences have, so that a place belongs to one of them.</summary>
    private const int Places = 4096;

    private const int MostOfAPlace = 8;

    private readonly List<OwnWrite>?[] places = new List<OwnWrite>?[Places];
    private long recognised;

    /// <summary>How many changes were recognised.</summary>
    public long Recognised => Volatile.Read(ref recognised);

    /// <summary>Such a write has ended.</summary>
    public void Remember(int stripe, OwnWrite write)
    {
        List<OwnWrite> place = places[stripe & (Places - 1)] ??= new(1);
        if (place.Count == MostOfAPlace)
        {
            place.RemoveAt(0);
        }

        place.Add(write);
    }

    /// <summary>Whether a change is one of these writes; it is not from then on, nor are those of the item before it.</summary>
    public bool TryTake(int stripe, ReadOnlySpan<byte> key, ItemChange change)
    {
        if (places[stripe & (Places - 1)] is not { Count: > 0 } place)
        {
            return false;
        }

        bool isKnown = false;
        for (int i = place.Count - 1; i >= 0; i--)
        {
            if (!place[i].Key.AsSpan().SequenceEqual(key))
            {
                continue;
            }

            if (isKnown)
            {
                place.RemoveAt(i);
            }
            else if (place[i].IsLike(change))
            {
                isKnown = true;
                place.RemoveAt(i);
            }
        }

        if (isKnown)
        {
            Interlocked.Increment(ref recognised);
        }
        else
        {
            Forget(place, key);
        }

        return isKnown;
    }

    private static void Forget(List<OwnWrite> place, ReadOnlySpan<byte> key)
    {
        for (int i = place.Count - 1; i >= 0; i--)
        {
            if (place[i].Key.AsSpan().SequenceEqual(key))
            {
                place.RemoveAt(i);
            }
        }
    }
}
