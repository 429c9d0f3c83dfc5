using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using DaxProxy.Memory;
using Microsoft.AspNetCore.Connections;

namespace DaxProxy.Hosting.Transport;

/// <summary>Reads a socket when it is asked to, into one piece of memory that grows with what is not consumed.</summary>
/// <remarks>
/// For one caller at a time; only <see cref="CancelPendingRead"/> may be called by others. While it waits with nothing to keep it holds
/// 1 to 4 KB, or more where the last read has filled it: then the rest is at hand already. How long a
/// request may become is the caller's to limit. A broken connection throws <see cref="ConnectionResetException"/>.
/// </remarks>
internal sealed class SocketReader(Socket socket) : PipeReader, IDisposable
{
    /// <summary>
    /// Enough for nearly every request of DAX, and for a short one over HTTP. A connection whose requests are longer gets more room from
    /// the second one on, as a read too many costs more than the memory.
    /// </summary>
    private const int FirstBytes = 1024;

    /// <summary>No connection that waits holds more than this.</summary>
    private const int MostFirstBytes = 4096;

    /// <summary>
    /// What is longer than this gets four times the room, so that few arrays are outgrown on the way: those are kept for others.
    /// </summary>
    private const int LongBytes = 1 << 20;

    /// <summary>No more room than this is added at once.</summary>
    private const int LargestStep = 16 << 20;

    private byte[] buffer = LargeArrays.Shared.Rent(FirstBytes);
    private int start;
    private int end;
    private int examined;
    private int firstBytes = FirstBytes;
    private bool isFull;
    private int receives;
    private bool isCompleted;
    private bool isCancelled;
    private CancellationTokenSource cancellation = new();

    /// <summary>Whether it waits for the socket now.</summary>
    public bool IsWaiting { get; private set; }

    /// <summary>How often it has begun to receive. Counts before anything is taken from the socket; may be read by any thread.</summary>
    public int Receives => Volatile.Read(ref receives);

    /// <inheritdoc/>
    public override bool TryRead(out ReadResult result)
    {
        bool isAtHand = examined < end || isCompleted || Volatile.Read(ref isCancelled);
        result = isAtHand ? Take() : default;
        return isAtHand;
    }

    /// <inheritdoc/>
    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (TryRead(out ReadResult result))
        {
            return new(result);
        }

        MakeRoom();
        IsWaiting = true;
        Interlocked.Increment(ref receives);
        if (cancellationToken.CanBeCanceled)
        {
            return ReceiveAsync(cancellationToken);
        }

        ValueTask<int> receiving = socket.ReceiveAsync(buffer.AsMemory(end), SocketFlags.None, cancellation.Token);
        return receiving.IsCompletedSuccessfully ? new(Take(receiving.Result)) : FinishAsync(receiving);
    }

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        start = consumed.GetInteger();
        this.examined = examined.GetInteger();
        if (start == end)
        {
            start = this.examined = end = 0;
        }
    }

    /// <inheritdoc/>
    public override void CancelPendingRead()
    {
        Volatile.Write(ref isCancelled, true);
        Volatile.Read(ref cancellation).Cancel();
    }

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null)
    {
        byte[] memory = buffer;
        buffer = [];
        start = end = examined = 0;
        LargeArrays.Shared.Return(memory);
    }

    /// <inheritdoc/>
    public void Dispose() => cancellation.Dispose();

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ReadResult> FinishAsync(ValueTask<int> receiving)
    {
        try
        {
            return Take(await receiving.ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            return Take();
        }
        catch (SocketException broken)
        {
            throw new ConnectionResetException(broken.Message, broken);
        }
    }

    private async ValueTask<ReadResult> ReceiveAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellation.Token, cancellationToken);
        try
        {
            return Take(await socket.ReceiveAsync(buffer.AsMemory(end), SocketFlags.None, either.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Take();
        }
        catch (SocketException broken)
        {
            throw new ConnectionResetException(broken.Message, broken);
        }
    }

    private ReadResult Take(int received)
    {
        end += received;
        isFull = end == buffer.Length;
        isCompleted = received == 0;
        return Take();
    }

    private ReadResult Take()
    {
        // CancelPendingRead sets the flag first and cancels then. A read that ends in between reports it, and the next read finds nothing
        // new.
        bool wasCancelled = Interlocked.Exchange(ref isCancelled, false);
        if (cancellation.IsCancellationRequested)
        {
            Volatile.Write(ref cancellation, new CancellationTokenSource());
        }

        IsWaiting = false;
        return new ReadResult(new ReadOnlySequence<byte>(buffer, start, end - start), wasCancelled, isCompleted);
    }

    /// <summary>
    /// Moves what is kept to the front, or to more room; back to the first size once nothing is kept, unless much is read past.
    /// </summary>
    private void MakeRoom()
    {
        int kept = end - start;
        if (kept > 0 && isFull)
        {
            firstBytes = Math.Clamp(2 * buffer.Length, firstBytes, MostFirstBytes);
        }

        int wanted = kept == 0 ? isFull ? Math.Clamp(2 * buffer.Length, firstBytes, LargeArrays.MaxSmallBytes) : firstBytes
            : kept == buffer.Length ? kept + Math.Min(kept < LongBytes ? kept : 3 * kept, LargestStep)
            : buffer.Length;
        if (start == 0 && end < buffer.Length && wanted == buffer.Length)
        {
            return;
        }

        byte[] next = wanted == buffer.Length ? buffer : LargeArrays.Shared.Rent(wanted);
        buffer.AsSpan(start, kept).CopyTo(next);
        if (next != buffer)
        {
            LargeArrays.Shared.Return(buffer);
        }

        buffer = next;
        examined -= start;
        start = 0;
        end = kept;
    }
}
