using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using DaxProxy.Core.Wire.Dax;
using DaxProxy.Telemetry;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace DaxProxy.Frontends.Dax;

/// <summary>One connection of a DAX client: its requests one after another, each answered before the next is looked at.</summary>
/// <remarks>
/// <code>
/// preamble -> waiting -> request complete -> answered, flushed once -> waiting
///                |
///                +-> the client is gone, or the process stops: closed
/// </code>
/// A connection that waits for its next request is never closed by us, however long it waits: the public clients hang on one that was closed
/// behind their back, and a reset ends the process of one of them. One that has begun to send something may take only so long to finish it.
/// </remarks>
internal sealed class DaxConnection(ConnectionContext connection, DaxCalls calls, long maxRequestBytes, TimeSpan patience, ILogger logger, TimeProvider time)
{
    private readonly PipeReader input = connection.Transport.Input;
    private readonly PipeWriter output = connection.Transport.Output;
    private readonly DaxCaller caller = new((IPEndPoint)connection.LocalEndPoint!);
    private readonly DaxFramer framer = new(maxRequestBytes);
    private bool isGreeted;

    /// <summary>Serves until the client leaves, or the process stops.</summary>
    public async Task ServeAsync()
    {
        KeepAlive();
        CancellationToken stop = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? default;
        using CancellationTokenRegistration onStop = stop.UnsafeRegister(static reader => ((PipeReader)reader!).CancelPendingRead(), input);
        try
        {
            DaxFraming outcome = await ServeRequestsAsync(stop).ConfigureAwait(false);
            if (outcome is DaxFraming.Malformed or DaxFraming.TooDeep or DaxFraming.TooLarge or DaxFraming.UnknownMethod)
            {
                calls.Refuse(outcome, output);
                await output.FlushAsync().ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            Log.RequestAbandoned(logger, connection.ConnectionId);
        }
    }

    /// <summary>Why it ended; <see cref="DaxFraming.NeedsMore"/> for the ordinary end.</summary>
    /// <remarks>
    /// A request that is answered at once passes through no other asynchronous method than this one, whose waiting costs nothing new each time.
    /// </remarks>
    private async Task<DaxFraming> ServeRequestsAsync(CancellationToken stop)
    {
        bool isPartial = true;
        while (true)
        {
            if (!input.TryRead(out ReadResult read))
            {
                read = isPartial
                    ? await ReadRestAsync().ConfigureAwait(false)
                    : await input.ReadAsync(CancellationToken.None).ConfigureAwait(false);
            }

            ReadOnlySequence<byte> buffer = read.Buffer;
            DaxFraming framing;
            while ((framing = framer.TryRead(buffer, out DaxFrame frame)) == DaxFraming.Complete)
            {
                isGreeted = true;
                await AnswerAsync(frame.Method, buffer.Slice(0, frame.Bytes)).ConfigureAwait(false);
                if (output.UnflushedBytes > 0 && (await output.FlushAsync(CancellationToken.None).ConfigureAwait(false)).IsCompleted)
                {
                    // Nobody takes answers any more.
                    return DaxFraming.NeedsMore;
                }

                buffer = buffer.Slice(frame.Bytes);
            }

            // What cannot be read is taken all the same: a socket closed with something unread in it is reset.
            isPartial = !isGreeted || !buffer.IsEmpty;
            input.AdvanceTo(framing == DaxFraming.NeedsMore ? buffer.Start : buffer.End, buffer.End);
            if (framing != DaxFraming.NeedsMore || read.IsCompleted || (stop.IsCancellationRequested && !isPartial))
            {
                return framing;
            }
        }
    }

    /// <summary>Waits for the rest of something that has begun, not longer than we have patience.</summary>
    private async ValueTask<ReadResult> ReadRestAsync()
    {
        using CancellationTokenSource timer = new(patience, time);
        return await input.ReadAsync(timer.Token).ConfigureAwait(false);
    }

    /// <summary>Answers a request; the preamble has no method, and no answer.</summary>
    private ValueTask AnswerAsync(DaxMethod? method, in ReadOnlySequence<byte> frame) =>
        method is null ? default
        : frame.IsSingleSegment ? calls.AnswerAsync(method, frame.First, caller, output, connection.ConnectionClosed)
        : AnswerPiecesAsync(method, frame);

    private async ValueTask AnswerPiecesAsync(DaxMethod method, ReadOnlySequence<byte> frame)
    {
        byte[] whole = ArrayPool<byte>.Shared.Rent((int)frame.Length);
        try
        {
            frame.CopyTo(whole);
            await calls.AnswerAsync(method, whole.AsMemory(0, (int)frame.Length), caller, output, connection.ConnectionClosed).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(whole);
        }
    }

    /// <summary>The only way to find out that the other end of an idle connection is no more.</summary>
    private void KeepAlive() =>
        connection.Features.Get<IConnectionSocketFeature>()?.Socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
}
