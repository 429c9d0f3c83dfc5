using System.Numerics;
using System.Runtime.InteropServices;
using DaxProxy.Core.Caching.Core;
using DaxProxy.Core.Catalog;
using DaxProxy.Core.Tables;

namespace DaxProxy.Core.Caching.Queries;

/// <summary>
/// Fences that tell a cached page whether it has been written to: each counts the writes it saw, and remembers where the last of them
/// landed.
/// </summary>
/// <remarks>
/// A write raises a fence once, after it happened and before any caller is told. A page keeps the count under which it was asked for; it is
/// right while the count is the same, or while none of the writes counted since landed in it. Many partitions share a fence, of constant
/// size; two that cannot be told apart only make us forget more than we had to. Thread-safe.
/// <code>
/// field        read                          written
/// version      by any thread                 inside locks[stripe mod n], after the ring
/// rings, rest  inside locks[stripe mod n]    inside locks[stripe mod n]
/// </code>
/// </remarks>
internal sealed class PageFences
{
    private const int MaxLocks = 256;

    /// <summary>Of more writes than these a page is not asked whether it shows their items.</summary>
    private const int MostAsked = 64;

    private readonly Fence[] fences;
    private readonly Slot[]?[] rings;
    private readonly int ringSize;
    private readonly Lock[] locks;
    private readonly ulong seed;
    private readonly long doubtWindow;
    private readonly TimeProvider time;

    /// <summary>Fences that nothing has been written to.</summary>
    /// <param name="count">How many: a power of two.</param>
    /// <param name="ringSize">How many writes each remembers.</param>
    /// <param name="seed">What spreads partitions over them; random in each process.</param>
    /// <param name="doubtWindow">How long a write of unknown outcome may still arrive, in ticks of the clock.</param>
    /// <param name="time">The clock.</param>
    public PageFences(int count, int ringSize, ulong seed, long doubtWindow, TimeProvider time)
    {
        if (!BitOperations.IsPow2(count))
        {
            throw new ArgumentOutOfRangeException(nameof(count), count, "Fences come in powers of two.");
        }

        this.seed = seed;
        this.time = time;
        this.ringSize = ringSize;
        this.doubtWindow = doubtWindow;
        fences = new Fence[count];
        rings = new Slot[]?[count];
        locks = new Lock[Math.Min(count, MaxLocks)];
        for (int i = 0; i < locks.Length; i++)
        {
            locks[i] = new Lock();
        }
    }

    /// <summary>What guards a partition.</summary>
    /// <param name="tableName">Name of the table: an evicted table keeps its fences.</param>
    /// <param name="indexName">Name of the index; null for the table itself.</param>
    /// <param name="partition">The partition key's bytes, or something else that tells fences of the same table or index apart.</param>
    public FenceId IdOf(string tableName, string? indexName, ReadOnlySpan<byte> partition)
    {
        ulong table = HashOf(seed, tableName);
        ulong hash = KeyedHash.Of(indexName is null ? table : HashOf(~table, indexName), partition);
        return new FenceId((int)((hash >> 32) & (ulong)(fences.Length - 1)), hash);
    }

    /// <summary>How many writes the fence has seen. To be read before a page is asked for.</summary>
    public long VersionOf(FenceId id) => Volatile.Read(ref fences[id.Stripe].Version);

    /// <summary>Whether a write of unknown outcome may still arrive: what is read now may be old without another warning.</summary>
    public bool IsInDoubt(FenceId id)
    {
        ref Fence fence = ref fences[id.Stripe];
        lock (LockOf(id))
        {
            return fence.IsDoubtful && (fence.IsDoubtful = time.GetTimestamp() < fence.DoubtfulUntil);
        }
    }

    /// <summary>Whether this long has passed since the last write.</summary>
    /// <param name="id">The fence.</param>
    /// <param name="window">How long, in ticks of the clock.</param>
    public bool IsSettled(FenceId id, long window)
    {
        ref Fence fence = ref fences[id.Stripe];
        lock (LockOf(id))
        {
            return fence.Version == 0 || time.GetTimestamp() >= fence.LastWriteAt + window;
        }
    }

    /// <summary>A write has happened, or may have.</summary>
    /// <param name="id">What it was written to.</param>
    /// <param name="mark">What it did.</param>
    /// <param name="isInDoubt">Whether it may still happen.</param>
    public void Raise(FenceId id, in WriteMark mark, bool isInDoubt)
    {
        ref Fence fence = ref fences[id.Stripe];
        lock (LockOf(id))
        {
            long now = time.GetTimestamp();
            if (isInDoubt)
            {
                fence.IsDoubtful = true;
                fence.DoubtfulUntil = now += doubtWindow;
            }

            fence.LastWriteAt = Math.Max(fence.LastWriteAt, now);

            (rings[id.Stripe] ??= new Slot[ringSize])[fence.Version % ringSize] = new Slot(id.Hash, mark);
            Volatile.Write(ref fence.Version, fence.Version + 1);
        }
    }

    /// <summary>What the writes since a version did to a page.</summary>
    /// <param name="id">The page's fence.</param>
    /// <param name="since">The version it was read under, or found right under.</param>
    /// <param name="covered">The sort keys it depends on.</param>
    /// <param name="view">What it looks at.</param>
    /// <param name="now">The version under which the verdict holds.</param>
    public FenceVerdict Judge(FenceId id, long since, SortKeyRange covered, PageView view, out long now)
    {
        now = VersionOf(id);
        return now == since ? FenceVerdict.Untouched : Replay(id, since, covered, view, out now);
    }

    /// <summary>Whether an item is shown may take a page long to find out the first time: that is asked outside the lock.</summary>
    private FenceVerdict Replay(FenceId id, long since, SortKeyRange covered, PageView view, out long now)
    {
        Span<uint> items = stackalloc uint[MostAsked];
        int count = 0;
        lock (LockOf(id))
        {
            now = fences[id.Stripe].Version;
            if (now - since > ringSize)
            {
                return FenceVerdict.Forgotten;
            }

            for (long version = since; version < now; version++)
            {
                ref Slot slot = ref rings[id.Stripe]![version % ringSize];
                Concern concern = slot.Hash == id.Hash && slot.Mark.Position.MayLieIn(covered) ? slot.Mark.Changes.For(view) : Concern.None;
                if (concern == Concern.Certain || (concern == Concern.IfShown && count == MostAsked))
                {
                    return FenceVerdict.Written;
                }

                if (concern == Concern.IfShown)
                {
                    items[count++] = slot.Mark.Item;
                }
            }
        }

        foreach (uint item in items[..count])
        {
            if (view.MayShow(item))
            {
                return FenceVerdict.Written;
            }
        }

        return FenceVerdict.Missed;
    }

    private static ulong HashOf(ulong key, string name) => KeyedHash.Of(key, MemoryMarshal.AsBytes(name.AsSpan()));

    private Lock LockOf(FenceId id) => locks[id.Stripe & (locks.Length - 1)];

    private struct Fence
    {
        public long Version;
        public long LastWriteAt;
        public long DoubtfulUntil;
        public bool IsDoubtful;
    }

    private readonly struct Slot(ulong hash, WriteMark mark)
    {
        public readonly ulong Hash = hash;
        public readonly WriteMark Mark = mark;
    }
}
