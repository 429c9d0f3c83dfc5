using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using DaxProxy.Memory;

namespace DaxProxy.Hosting.Transport;

/// <summary>Gathers what is written in one piece of memory, and gives it to a socket when it is flushed.</summary>
/// <remarks>
/// For one caller at a time. Holds no memory but between a write and its flush, which ends when the system has taken everything. A flush
/// into a broken connection says that the other end reads no more, as those of Kestrel's transport do; what was written is dropped.
/// </remarks>
internal sealed class SocketWriter(Socket socket) : PipeWriter
{
    private const int FirstBytes = 1024;

    /// <summary>What a connection was sent last is what it will be sent next, up to this: else its room is outgrown each time.</summary>
    private const int MostFirstBytes = 64 * 1024;

    private byte[] buffer = [];
    private int firstBytes = FirstBytes;
    private int length;
    private bool isBroken;

    /// <inheritdoc/>
    public override bool CanGetUnflushedBytes => true;

    /// <inheritdoc/>
    public override long UnflushedBytes => length;

    /// <inheritdoc/>
    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        MakeRoom(sizeHint);
        return buffer.AsMemory(length);
    }

    /// <inheritdoc/>
    public override Span<byte> GetSpan(int sizeHint = 0)
    {
        MakeRoom(sizeHint);
        return buffer.AsSpan(length);
    }

    /// <inheritdoc/>
    public override void Advance(int bytes) => length += bytes;

    /// <inheritdoc/>
    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (length == 0)
        {
            return new(new FlushResult(isCanceled: false, isBroken));
        }

        ValueTask<int> sending = socket.SendAsync(buffer.AsMemory(0, length), SocketFlags.None, cancellationToken);
        return sending.IsCompletedSuccessfully ? Finish(sending.Result, cancellationToken) : FinishAsync(sending, cancellationToken);
    }

    /// <inheritdoc/>
    public override void CancelPendingFlush() => throw new NotSupportedException("Cancel the token given to FlushAsync instead.");

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null) => Release();

    /// <summary>A socket takes everything or nothing, but is not promised to.</summary>
    private ValueTask<FlushResult> Finish(int sent, CancellationToken cancellationToken)
    {
        if (sent < length)
        {
            buffer.AsSpan(sent, length - sent).CopyTo(buffer);
            length -= sent;
            return FlushAsync(cancellationToken);
        }

        firstBytes = Math.Clamp(length, FirstBytes, MostFirstBytes);
        Release();
        return default;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<FlushResult> FinishAsync(ValueTask<int> sending, CancellationToken cancellationToken)
    {
        try
        {
            return await Finish(await sending.ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            isBroken = true;
            Release();
            return new FlushResult(isCanceled: false, isCompleted: true);
        }
    }

    private void MakeRoom(int bytes)
    {
        if (buffer.Length - length >= Math.Max(bytes, 1))
        {
            return;
        }

        byte[] larger = LargeArrays.Shared.Rent(Math.Max(firstBytes, Math.Max(2 * length, checked(length + bytes))));
        buffer.AsSpan(0, length).CopyTo(larger);
        int kept = length;
        Release();
        buffer = larger;
        length = kept;
    }

    private void Release()
    {
        byte[] memory = buffer;
        buffer = [];
        length = 0;
        LargeArrays.Shared.Return(memory);
    }
}
