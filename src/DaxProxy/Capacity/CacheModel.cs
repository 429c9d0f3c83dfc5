using System.Buffers.Binary;
using DaxProxy.Core.Caching.Core;

namespace DaxProxy.Capacity;

/// <summary>
/// Which reads the proxy's caches would answer. What is kept and what goes is decided by the proxy's own cache, on the simulated clock.
/// </summary>
/// <remarks>
/// For one thread. Bounded by the budgets of the caches: an entry takes less here than it claims. A page is void once anything was written
/// to what it was read of; what is written to is told apart by so many numbers, so that pages may be void for another's write.
/// </remarks>
/// <param name="plan">Sizes and lives.</param>
/// <param name="clock">The time.</param>
internal sealed class CacheModel(CapacityPlan plan, SimulatedClock clock)
{
    private const int LargestEntryBytes = 1 << 20;
    private const int Fences = 1 << 16;

    /// <summary>What an entry of an item adds to the item, of an absence, and of a page. Source: those of the caches.</summary>
    private const int MoreOfItem = 166 + KeyBytes, MoreOfAbsence = 56 + KeyBytes, MoreOfPage = 400;

    /// <summary>What keys are longer in the caches than here.</summary>
    private const int KeyBytes = 24;

    private readonly CacheCore<SimulatedEntry> items = new(plan.CacheBytes, LargestEntryBytes, (ulong)plan.Seed, clock);
    private readonly CacheCore<SimulatedEntry> pages = new(plan.QueryCacheBytes, LargestEntryBytes, (ulong)plan.Seed, clock);
    private readonly ulong[] fences = new ulong[Fences];
    private ulong writes;

    /// <summary>Reads that were looked up.</summary>
    public long Reads { get; private set; }

    /// <summary>Those of them that a cache would answer.</summary>
    public long Hits { get; private set; }

    /// <summary>Goes through a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="hits">Becomes true for each item that a cache would answer.</param>
    public void Look(CapacityRequest request, Span<bool> hits)
    {
        hits.Clear();
        switch (request.Kind)
        {
            case CapacityKind.Read when !request.IsConsistent && !request.IsTransaction && plan.TimeToLive > TimeSpan.Zero:
                for (int at = 0; at < request.Items.Count; at++)
                {
                    hits[at] = ReadItem(request.Items[at]);
                }

                break;
            case CapacityKind.Page when !request.IsConsistent && plan.QueryTimeToLive > TimeSpan.Zero:
                hits[0] = ReadPage(request);
                break;
            case CapacityKind.Write or CapacityKind.Delete:
                Write(request);
                break;
        }
    }

    private bool ReadItem(CapacityItem item)
    {
        Span<byte> key = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(key, item.Key);
        Reads++;
        if (items.TryGet(key, out _))
        {
            Hits++;
            return true;
        }

        Keep(item);
        return false;
    }

    private bool ReadPage(CapacityRequest request)
    {
        CapacityItem page = request.Items[0];
        Span<byte> key = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(key, page.Key);
        ulong lastWrite = 0;
        foreach (ulong scope in request.Scopes)
        {
            lastWrite = Math.Max(lastWrite, fences[scope % Fences]);
        }

        Reads++;
        if (pages.TryGet(key, out SimulatedEntry? kept) && kept.Stamp == lastWrite)
        {
            Hits++;
            return true;
        }

        pages.Store(new SimulatedEntry(key.ToArray(), page.Bytes + MoreOfPage, lastWrite, clock.GetUtcNow() + plan.QueryTimeToLive));
        return false;
    }

    /// <summary>The caches keep what a write made of an item, unless it was a transaction's, or deleted it.</summary>
    private void Write(CapacityRequest request)
    {
        writes++;
        foreach (ulong scope in request.Scopes)
        {
            fences[scope % Fences] = writes;
        }

        Span<byte> key = stackalloc byte[sizeof(ulong)];
        foreach (CapacityItem item in request.Items)
        {
            if (request.Kind == CapacityKind.Write && !request.IsTransaction && plan.TimeToLive > TimeSpan.Zero)
            {
                Keep(item);
            }
            else
            {
                BinaryPrimitives.WriteUInt64LittleEndian(key, item.Key);
                items.Remove(key);
            }
        }
    }

    private void Keep(CapacityItem item)
    {
        byte[] key = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(key, item.Key);
        TimeSpan life = item.Bytes == 0 ? plan.NegativeTimeToLive : plan.TimeToLive;
        if (life > TimeSpan.Zero)
        {
            items.Store(new SimulatedEntry(key, item.Bytes == 0 ? MoreOfAbsence : item.Bytes + MoreOfItem, 0, clock.GetUtcNow() + life));
        }
    }
}
