using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Wire.Dax;
using DaxProxy.Core.Wire.Dax.Cbor;
using DaxProxy.Core.Wire.Dax.Reading;
using DaxProxy.Core.Wire.Dax.Writing;
using DaxProxy.Memory;
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
/// A connection that waits for its next request is never closed by us, however long it waits: the public clients hang on one that was
/// closed behind their back, and a reset ends the process of one of them. One that has begun to send something may take only so long to
/// finish it, and one that is sent an answer to take it.
/// </remarks>
/// <param name="connection">The connection.</param>
/// <param name="calls">What answers its requests.</param>
/// <param name="newcomers">The connections that are not authorized yet; null where signatures are not verified.</param>
/// <param name="budget">The memory that large requests may take.</param>
/// <param name="maxRequestBytes">The longest request.</param>
/// <param name="patience">How long a client may take to send something, besides the time that its length allows.</param>
/// <param name="logger">Where to log.</param>
/// <param name="time">The clock.</param>
internal sealed class DaxConnection(
    ConnectionContext connection,
    DaxCalls calls,
    Newcomers? newcomers,
    InFlightBudget budget,
    long maxRequestBytes,
    TimeSpan patience,
    ILogger logger,
    TimeProvider time)
{
    /// <summary>
    /// The longest request of a client that has not said who it is, or not rightly: what it needs to say so is a fraction of that.
    /// </summary>
    public const int MaxStrangerBytes = 8 * 1024;

    /// <summary>
    /// A client that sends or takes less than this is in the way, not slow. HTTP clients are held to less; those of this protocol are near.
    /// </summary>
    private const int MinBytesPerSecond = 64 * 1024;

    /// <summary>How much of a request that is too long to read is read past, as many times as the longest that is not.</summary>
    private const int DiscardFactor = 4;

    /// <summary>How much of a large answer is given to the system at once.</summary>
    private const int PieceBytes = 32 * 1024;

    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);

    private readonly PipeReader input = connection.Transport.Input;
    private readonly PipeWriter output = connection.Transport.Output;
    private readonly DaxCaller caller = new(
        (IPEndPoint)connection.LocalEndPoint!,
        (connection.RemoteEndPoint as IPEndPoint)?.Address,
        connection.Features.Get<ITlsHandshakeFeature>() is not null);
    private readonly DaxFramer framer = new(maxRequestBytes);
    private bool isGreeted;
    private DynamoError? refusal;
    private InFlightShare? share;
    private Newcomers.Place? place = newcomers?.Add(connection);
    private long restBytes;
    private long restSince = time.GetTimestamp();

    /// <summary>Serves until the client leaves, or the process stops.</summary>
    public async Task ServeAsync()
    {
        KeepAlive();
        CancellationToken stop = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? default;
        using CancellationTokenRegistration onStop = stop.UnsafeRegister(static reader => ((PipeReader)reader!).CancelPendingRead(), input);
        try
        {
            DaxFraming outcome = await ServeRequestsWithoutContextAsync(stop).ConfigureAwait(false);
            if (refusal is not null)
            {
                calls.Refuse(refusal, output);
                await FlushAsync().ConfigureAwait(false);
            }
            else if (outcome is DaxFraming.Malformed or DaxFraming.TooDeep or DaxFraming.TooLarge or DaxFraming.UnknownMethod)
            {
                calls.Refuse(outcome, output);
                await FlushAsync().ConfigureAwait(false);
            }

            if (refusal is not null || outcome == DaxFraming.TooLarge)
            {
                await DiscardAsync().ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            Log.RequestAbandoned(logger, connection.ConnectionId);
        }
        catch (Exception exception)
        {
            // Not of a request, whose faults are answered where it is: of what lies around them. Where the next one begins cannot be
            // known any more.
            calls.Fail(exception, output);
            await FlushAsync().ConfigureAwait(false);
        }
        finally
        {
            share?.Dispose();
            caller.Answer?.Dispose();
            place?.Leave();
        }
    }

    /// <summary>Each wait would save and restore what the server notes of a connection for its log.</summary>
    private Task<DaxFraming> ServeRequestsWithoutContextAsync(CancellationToken stop)
    {
        using (ExecutionContext.SuppressFlow())
        {
            return ServeRequestsAsync(stop);
        }
    }

    /// <summary>Why it ended; <see cref="DaxFraming.NeedsMore"/> for the ordinary end.</summary>
    /// <remarks>
    /// A request that is answered at once passes through no other asynchronous method than this one, whose waiting costs nothing new each
    /// time.
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
                if (caller.Large is not null && await SendLargeAsync().ConfigureAwait(false))
                {
                    return DaxFraming.NeedsMore;
                }

                if (output.UnflushedBytes > 0 ? (await FlushAsync().ConfigureAwait(false)).IsCompleted : caller.HasLostAnswer)
                {
                    // The client takes no more answers, or gets none.
                    return DaxFraming.NeedsMore;
                }

                if (caller.Answer is not null)
                {
                    caller.Answer.Dispose();
                    caller.Answer = null;
                }

                buffer = buffer.Slice(frame.Bytes);
                if (place is not null)
                {
                    NoteAuthorized();
                }
            }

            bool wasPartial = isPartial && buffer.Length == read.Buffer.Length;
            isPartial = !isGreeted || !buffer.IsEmpty;
            if (isPartial && !wasPartial)
            {
                restSince = time.GetTimestamp();
            }

            // What cannot be read is taken all the same: a socket closed with something unread in it is reset.
            restBytes = buffer.Length;
            if (framing == DaxFraming.NeedsMore && buffer.Length > MaxStrangerBytes)
            {
                refusal = await FindRefusalAsync(buffer.Length).ConfigureAwait(false);
            }

            input.AdvanceTo(framing == DaxFraming.NeedsMore && refusal is null ? buffer.Start : buffer.End, buffer.End);
            if (share is not null && restBytes < InFlightBudget.SmallBytes)
            {
                // The large request has been answered. Not before it is consumed: the next read lets go of the array.
                share.Dispose();
                share = null;
            }

            if (framing != DaxFraming.NeedsMore
                || refusal is not null
                || read.IsCompleted
                || (stop.IsCancellationRequested && (!isPartial || !isGreeted)))
            {
                return framing;
            }
        }
    }

    /// <summary>A client that has said who it is is no newcomer any more.</summary>
    private void NoteAuthorized()
    {
        if (calls.FaultOf(caller) is null)
        {
            place!.Leave();
            place = null;
        }
    }

    /// <summary>
    /// What a request that has become long is not read any further for; null when it may go on, with a share of the memory if it is large.
    /// </summary>
    private async ValueTask<DynamoError?> FindRefusalAsync(long bytes)
    {
        if (calls.RefuseUnread(caller) is { } fault)
        {
            return fault;
        }

        if (share is null && bytes >= InFlightBudget.SmallBytes)
        {
            // Its length is known only at its end.
            share = await budget.TryTakeForRequestAsync(maxRequestBytes, connection.ConnectionClosed).ConfigureAwait(false);
            restSince = time.GetTimestamp();
            return share is null ? TransportFaults.RateExceeded : null;
        }

        return null;
    }

    /// <summary>Waits for the rest of something that has begun, not longer than we have patience.</summary>
    private async ValueTask<ReadResult> ReadRestAsync()
    {
        // From its first byte on: who sends one byte now and then is not waited for any longer.
        TimeSpan left = patience + TimeToMove(restBytes) - time.GetElapsedTime(restSince);
        using CancellationTokenSource timer = new(left > TimeSpan.Zero ? left : TimeSpan.Zero, time);
        return await input.ReadAsync(timer.Token).ConfigureAwait(false);
    }

    /// <summary>Answers a request; the preamble has no method, and no answer.</summary>
    private ValueTask AnswerAsync(DaxMethod? method, in ReadOnlySequence<byte> frame) =>
        method is null ? Greet(frame)
        : frame.IsSingleSegment ? calls.AnswerAsync(method, frame.First, caller, output, connection.ConnectionClosed)
        : AnswerPiecesAsync(method, frame);

    private ValueTask Greet(in ReadOnlySequence<byte> preamble)
    {
        caller.IsNode = DaxServiceCalls.ReadUserAgent(preamble.ToArray()) == PeerCalls.UserAgent;
        return default;
    }

    private async ValueTask AnswerPiecesAsync(DaxMethod method, ReadOnlySequence<byte> frame)
    {
        byte[] whole = LargeArrays.Shared.Rent((int)frame.Length);
        try
        {
            frame.CopyTo(whole);
            await calls.AnswerAsync(method, whole.AsMemory(0, (int)frame.Length), caller, output, connection.ConnectionClosed)
                .ConfigureAwait(false);
        }
        finally
        {
            LargeArrays.Shared.Return(whole);
        }
    }

    /// <summary>
    /// Sends a large answer, no faster than the client reads it. True if the client reads no more answers. The bytes are shared with other
    /// connections, or covered by a share of the memory, and no second copy is made while a slow client reads.
    /// </summary>
    private async ValueTask<bool> SendLargeAsync()
    {
        (DaxAnswer answer, int[] ids) = caller.Large!.Value;
        caller.Large = null;
        using CancellationTokenSource timer = new(patience + TimeToMove(answer.Length), time);
        using CancellationTokenRegistration onTimer = AbortOn(timer);
        bool isOver = false;
        for (int at = 0; at < answer.Length && !isOver;)
        {
            at = answer.Write(ids, at, PieceBytes, output);
            isOver = (await output.FlushAsync(CancellationToken.None).ConfigureAwait(false)).IsCompleted;
        }

        return isOver;
    }

    private ValueTask<FlushResult> FlushAsync()
    {
        long bytes = output.UnflushedBytes;
        ValueTask<FlushResult> pending = output.FlushAsync();
        return pending.IsCompletedSuccessfully ? pending : WaitForReaderAsync(pending, bytes);
    }

    /// <summary>Waits until the client has taken enough of what it is sent; of one that does not, nothing is kept for ever.</summary>
    private async ValueTask<FlushResult> WaitForReaderAsync(ValueTask<FlushResult> pending, long bytes)
    {
        using CancellationTokenSource timer = new(patience + TimeToMove(bytes), time);
        using CancellationTokenRegistration onTimer = AbortOn(timer);
        return await pending.ConfigureAwait(false);
    }

    private CancellationTokenRegistration AbortOn(CancellationTokenSource timer) => timer.Token.UnsafeRegister(
        static slow => ((ConnectionContext)slow!).Abort(new ConnectionAbortedException("The client does not take its answers.")),
        connection);

    /// <summary>
    /// Reads past what a client is still sending. Closing at once would reset the connection, and the client would not see why.
    /// </summary>
    private async Task DiscardAsync()
    {
        for (long discarded = 0; discarded < DiscardFactor * maxRequestBytes;)
        {
            using CancellationTokenSource timer = new(Quiet, time);
            ReadResult read = await input.ReadAsync(timer.Token).ConfigureAwait(false);
            discarded += read.Buffer.Length;
            input.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted || read.IsCanceled)
            {
                return;
            }
        }
    }

    private static TimeSpan TimeToMove(long bytes) => TimeSpan.FromSeconds((double)bytes / MinBytesPerSecond);

    /// <summary>
    /// The only way to find out that the other end of an idle connection is no more; and what is between the two ends is kept from
    /// forgetting it.
    /// </summary>
    private void KeepAlive()
    {
        const int idleSeconds = 60;
        if (connection.Features.Get<IConnectionSocketFeature>()?.Socket is { } socket)
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, idleSeconds);
        }
    }
}
