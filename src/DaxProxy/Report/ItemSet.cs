using System.Collections.Concurrent;

namespace DaxProxy.Report;

/// <summary>The items of one table: which there are, which version each has, and which are being written.</summary>
/// <remarks>
/// Thread-safe. An item has at most one write under way and each one carries the next version, so versions only grow, and a reader who sees
/// an older one than another saw before has seen something stale. A write of unknown outcome may still arrive: its item is never written
/// again. 4 bytes an item, made by the chunk.
/// </remarks>
/// <param name="items">How many there are at the beginning, each of version 1.</param>
internal sealed class ItemSet(int items)
{
    /// <summary>Most items.</summary>
    public const int Capacity = 1 << 25;

    private const int ChunkItems = 1 << 16;
    private const int Writing = 1;
    private const int OneVersion = 2;

    /// <summary>Of each item its version, and whether it is being written; 0 while there is none.</summary>
    private readonly int[]?[] chunks = new int[]?[Capacity / ChunkItems];
    private readonly ConcurrentQueue<int> refused = new();
    private readonly int filled = items;
    private int count = items;
    private int begun = items;

    /// <summary>The items from 0 to this exist.</summary>
    public int Count => Volatile.Read(ref count);

    /// <summary>The right to write an item, until <see cref="EndWrite"/>; false while another writer has it.</summary>
    /// <param name="item">The item.</param>
    /// <param name="version">The version to write.</param>
    public bool TryBeginWrite(int item, out int version)
    {
        ref int state = ref StateOf(item);
        int seen = Volatile.Read(ref state);
        version = (seen / OneVersion) + 1;
        return (seen & Writing) == 0 && Interlocked.CompareExchange(ref state, seen | Writing, seen) == seen;
    }

    /// <summary>The right to write a new item as version 1, until <see cref="EndWrite"/>; -1 when there are too many.</summary>
    public int BeginInsert()
    {
        if (!refused.TryDequeue(out int item))
        {
            item = Volatile.Read(ref begun) < Capacity - 1 ? Interlocked.Increment(ref begun) - 1 : -1;
        }

        if (item >= 0)
        {
            Volatile.Write(ref StateOf(item), Writing);
        }

        return item;
    }

    /// <summary>A write has ended.</summary>
    /// <param name="item">Its item.</param>
    /// <param name="isDone">Whether it took effect; null when that is not known.</param>
    public void EndWrite(int item, bool? isDone)
    {
        if (isDone is not { } done)
        {
            return;
        }

        ref int state = ref StateOf(item);
        int before = Volatile.Read(ref state);
        Volatile.Write(ref state, done ? before - Writing + OneVersion : before - Writing);
        if (!done && before == Writing)
        {
            refused.Enqueue(item);
        }

        // The writer that completes the row lengthens it.
        for (int known = Count; known < Volatile.Read(ref begun) && Volatile.Read(ref StateOf(known)) >= OneVersion; known = Count)
        {
            Interlocked.CompareExchange(ref count, known + 1, known);
        }
    }

    /// <summary>
    /// Which version every later read has to show, when one was seen. It is the one that was seen, unless this run wrote it and has not
    /// been told of its success yet.
    /// </summary>
    public int Settled(int item, int seen)
    {
        int state = Volatile.Read(ref StateOf(item)), acknowledged = state / OneVersion;
        return (state & Writing) != 0 && seen == acknowledged + 1 ? acknowledged : seen;
    }

    private ref int StateOf(int item)
    {
        ref int[]? chunk = ref chunks[item / ChunkItems];
        if (Volatile.Read(ref chunk) is null)
        {
            int[] made = new int[ChunkItems];
            int first = item / ChunkItems * ChunkItems;
            made.AsSpan(0, Math.Clamp(filled - first, 0, ChunkItems)).Fill(OneVersion);
            Interlocked.CompareExchange(ref chunk, made, null);
        }

        return ref chunk![item % ChunkItems];
    }
}
