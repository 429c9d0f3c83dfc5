namespace DaxProxy.Memory;

/// <summary>
/// The memory that large requests and large answers may take together. One that is small never asks; one that is large takes a share before
/// it is read or rendered, waits for it in line, and is refused when the wait becomes too long.
/// </summary>
/// <remarks>
/// Thread-safe. Shares are given in the order in which they were asked for, so a large request is not passed by small ones for ever. A
/// request that waits holds no share, so no two can wait for each other. One lock; nothing is called under it.
/// <code>
/// asked -> free bytes and none before it: taken
///       -> held already, and too much of that waits: refused
///       -> waiting -> taken, in turn
///                  -> too late: refused
///                  -> the client has left: cancelled
/// </code>
/// </remarks>
/// <param name="maxBytes">The memory.</param>
/// <param name="time">The clock.</param>
/// <param name="sweep">Takes what large requests have left behind; null for what the process's memory asks for.</param>
internal sealed class InFlightBudget(long maxBytes, TimeProvider time, Action? sweep = null)
{
    /// <summary>What is no longer than this fits into the buffers that a connection has anyway, and takes no share.</summary>
    public const int SmallBytes = 64 * 1024;

    /// <summary>
    /// What a request takes of memory for each byte of its body: the body, its text in UTF-16, the items in JSON, and what the parser notes
    /// of it.
    /// </summary>
    public const int BytesPerBodyByte = 6;

    /// <summary>How long a request waits for its share at most.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>A client that sends or takes less than this is in the way of all others that wait for memory.</summary>
    private const int MinBytesPerSecond = 256 * 1024;

    /// <summary>Smaller shares, those of a body of 2 MiB, leave behind what the collector takes in time of itself.</summary>
    private const long SweepShareBytes = 12 << 20;

    private static readonly TimeSpan MoveTime = TimeSpan.FromSeconds(10);

    private readonly Action sweep = sweep ?? Sweep;
    private readonly Lock gate = new();
    private readonly LinkedList<Waiter> line = [];
    private long takenBytes;
    private long returnedBytes;
    private long heldInLineBytes;

    /// <summary>The memory.</summary>
    public long MaxBytes => maxBytes;

    /// <summary>What is taken now.</summary>
    public long TakenBytes
    {
        get
        {
            lock (gate)
            {
                return takenBytes;
            }
        }
    }

    /// <summary>How many wait.</summary>
    public int Waiting
    {
        get
        {
            lock (gate)
            {
                return line.Count;
            }
        }
    }

    /// <summary>Ends when a client that holds a share has taken too long to send its body, or to take its answer.</summary>
    /// <param name="bytes">The length of the body or the answer.</param>
    public CancellationTokenSource TimeLimit(long bytes) => new(MoveTime + TimeSpan.FromSeconds((double)bytes / MinBytesPerSecond), time);

    /// <summary>Takes the share of a request; null when there is none in time.</summary>
    /// <param name="bodyBytes">The length of its body, or the most that it may be.</param>
    /// <param name="gone">The client has left.</param>
    /// <exception cref="OperationCanceledException">It has.</exception>
    public ValueTask<InFlightShare?> TryTakeForRequestAsync(long bodyBytes, CancellationToken gone) =>
        TryTakeAsync(BytesPerBodyByte * bodyBytes, gone);

    /// <summary>Takes a share; null when there is none in time.</summary>
    /// <param name="bytes">How much. More than there is means all of it, so that it is alone.</param>
    /// <param name="gone">The client has left.</param>
    /// <exception cref="OperationCanceledException">It has.</exception>
    public ValueTask<InFlightShare?> TryTakeAsync(long bytes, CancellationToken gone) => TryTakeAsync(bytes, heldBytes: 0, gone);

    /// <summary>
    /// Takes the share of what is in memory already. Whatever waits in line like that is held besides what is taken, so no more than a
    /// quarter of the memory may: what is beyond that is refused at once. Null as above.
    /// </summary>
    /// <param name="bytes">How much.</param>
    /// <param name="gone">The client has left.</param>
    /// <exception cref="OperationCanceledException">It has.</exception>
    public ValueTask<InFlightShare?> TryTakeForHeldAsync(long bytes, CancellationToken gone) => TryTakeAsync(bytes, bytes, gone);

    private ValueTask<InFlightShare?> TryTakeAsync(long bytes, long heldBytes, CancellationToken gone)
    {
        bytes = Math.Min(bytes, maxBytes);
        Waiter waiter;
        lock (gate)
        {
            if (line.Count == 0 && takenBytes + bytes <= maxBytes)
            {
                takenBytes += bytes;
                return new(new InFlightShare(this, bytes));
            }

            if (heldBytes > 0 && heldInLineBytes + heldBytes > maxBytes / 4)
            {
                return default;
            }

            heldInLineBytes += heldBytes;
            waiter = new Waiter(bytes, heldBytes);
            waiter.Place = line.AddLast(waiter);
        }

        return WaitAsync(waiter, gone);
    }

    /// <summary>Gives back what was in use, and to those who have waited longest what it is enough for.</summary>
    internal void Return(long bytes)
    {
        bool isSweepDue;
        lock (gate)
        {
            returnedBytes += bytes >= SweepShareBytes ? bytes : 0;
            isSweepDue = returnedBytes >= Math.Max(maxBytes / 2, SweepShareBytes);
            returnedBytes = isSweepDue ? 0 : returnedBytes;
        }

        if (!isSweepDue)
        {
            ReturnUnused(bytes);
            return;
        }

        // From a stack of its own: that of the caller may still refer to what it has let go. Only then the next ones have their turn, so
        // that they do not find the memory full of what this one has left.
        ThreadPool.UnsafeQueueUserWorkItem(
            static due =>
            {
                due.Budget.sweep();
                due.Budget.ReturnUnused(due.Bytes);
            },
            (Budget: this, Bytes: bytes),
            preferLocal: false);
    }

    /// <summary>
    /// Gives back what turned out not to be needed, which has left nothing behind. A negative number is taken at once, even if there is not
    /// so much.
    /// </summary>
    internal void ReturnUnused(long bytes)
    {
        lock (gate)
        {
            takenBytes -= bytes;
            ServeLine();
        }
    }

    /// <summary>
    /// Has the collector take what large requests have left behind, which is garbage of the oldest generation. Where the memory is little
    /// it is done at once, which takes a moment; where it is not, it is done beside the requests.
    /// </summary>
    private static void Sweep()
    {
        if (Heap.IsLittle)
        {
            Heap.Compact();
        }
        else
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: false);
        }
    }

    private async ValueTask<InFlightShare?> WaitAsync(Waiter waiter, CancellationToken gone)
    {
        using CancellationTokenSource patience = new(Patience, time);
        using CancellationTokenRegistration onLate = patience.Token.UnsafeRegister(_ => Leave(waiter), null);
        using CancellationTokenRegistration onGone = gone.UnsafeRegister(_ => Leave(waiter), null);
        if (await waiter.Turn.Task.ConfigureAwait(false))
        {
            return new InFlightShare(this, waiter.Bytes);
        }

        gone.ThrowIfCancellationRequested();
        return null;
    }

    /// <summary>Leaves the line, unless its turn has come. Who stood behind it may be served now.</summary>
    private void Leave(Waiter waiter)
    {
        lock (gate)
        {
            if (waiter.Place!.List is not null)
            {
                line.Remove(waiter.Place);
                heldInLineBytes -= waiter.HeldBytes;
                waiter.Turn.SetResult(false);
                ServeLine();
            }
        }
    }

    private void ServeLine()
    {
        while (line.First is { } first && takenBytes + first.Value.Bytes <= maxBytes)
        {
            line.RemoveFirst();
            takenBytes += first.Value.Bytes;
            heldInLineBytes -= first.Value.HeldBytes;
            first.Value.Turn.SetResult(true);
        }
    }

    private sealed class Waiter(long bytes, long heldBytes)
    {
        public long Bytes => bytes;

        public long HeldBytes => heldBytes;

        public LinkedListNode<Waiter>? Place { get; set; }

        public TaskCompletionSource<bool> Turn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
