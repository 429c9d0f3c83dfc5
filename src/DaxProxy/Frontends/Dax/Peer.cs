using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using DaxProxy.Auth;
using DaxProxy.Core.Wire.Dax;
using DaxProxy.Core.Wire.Dax.Cbor;
using DaxProxy.Telemetry;

namespace DaxProxy.Frontends.Dax;

/// <summary>A peer that is asked over the DAX protocol, in clear text. Each question is a connection of its own.</summary>
/// <remarks>That it cannot be asked is logged once, until it can be again.</remarks>
/// <param name="address">Where it speaks the DAX protocol.</param>
/// <param name="signer">What signs connections to it; null where nodes do not verify them.</param>
/// <param name="logger">Where to log.</param>
internal sealed class Peer(IPEndPoint address, ConnectionSigner? signer, ILogger logger) : IPeer
{
    /// <summary>What a node refuses a number with that it does not know.</summary>
    private const string Unknown = "ValidationException";

    private int isFailing;

    /// <inheritdoc/>
    public async Task<AttributeNames?> AskAsync(int id, CancellationToken tooLate, CancellationToken notNeeded)
    {
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(tooLate, notNeeded);
        try
        {
            PeerAnswer answer = await TalkAsync(id, end.Token).ConfigureAwait(false);
            if (answer.Refusal is { } refusal && refusal != Unknown)
            {
                Tell(refusal);
            }
            else if (Interlocked.Exchange(ref isFailing, 0) != 0)
            {
                Log.PeerAnswers(logger, address);
            }

            return answer.Names;
        }
        catch (Exception exception) when (exception is SocketException or IOException or OperationCanceledException)
        {
            if (!notNeeded.IsCancellationRequested)
            {
                Tell(tooLate.IsCancellationRequested ? "No answer in time" : exception.Message);
            }

            return null;
        }
    }

    private async Task<PeerAnswer> TalkAsync(int id, CancellationToken end)
    {
        using Socket socket = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(address, end).ConfigureAwait(false);
        using NetworkStream stream = new(socket);
        await stream.WriteAsync(Question(id), end).ConfigureAwait(false);
        PipeReader input = PipeReader.Create(stream);
        try
        {
            return await ReadAsync(input, end).ConfigureAwait(false);
        }
        finally
        {
            await input.CompleteAsync().ConfigureAwait(false);
        }
    }

    private ReadOnlyMemory<byte> Question(int id)
    {
        ArrayBufferWriter<byte> output = new(512);
        PeerCalls.WritePreamble(output);
        if (signer is not null)
        {
            PeerCalls.WriteAuthorization(signer.Sign(PeerCalls.UserAgent), output);
        }

        PeerCalls.WriteQuestion(id, output);
        return output.WrittenMemory;
    }

    private static async Task<PeerAnswer> ReadAsync(PipeReader input, CancellationToken end)
    {
        PeerAnswer answer = new();
        while (true)
        {
            ReadResult read = await input.ReadAsync(end).ConfigureAwait(false);
            DaxFraming framing = answer.TryRead(read.Buffer);
            input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (framing == DaxFraming.Complete)
            {
                return answer;
            }

            if (framing != DaxFraming.NeedsMore)
            {
                throw new IOException("It does not answer as a node does");
            }

            if (read.IsCompleted)
            {
                throw new IOException("It closed the connection without an answer");
            }
        }
    }

    private void Tell(string fault)
    {
        if (Interlocked.Exchange(ref isFailing, 1) == 0)
        {
            Log.PeerSilent(logger, address, fault);
        }
    }
}
