using System.Globalization;
using System.IO.Hashing;
using System.Net;
using System.Net.Http.Headers;
using DaxProxy.Core.Compression;
using DaxProxy.Options;
using DaxProxy.Telemetry;

namespace DaxProxy.Backends.Remote;

/// <summary>Sends one request to the backend and takes its whole answer, within a budget of time.</summary>
/// <remarks>Thread-safe. Its creator owns the connections and the signer.</remarks>
internal sealed class RemoteCaller(
    RemoteEndpoint endpoint, RemoteConnections connections, RequestSigner signer, TimeSpan budget, TimeProvider time)
{
    /// <summary>Largest answer that is taken: the service's largest is 16 MB of items, which JSON may more than double.</summary>
    public const int MaxAnswerBytes = 64 << 20;

    private const string ContentType = "application/x-amz-json-1.0";

    /// <summary>Sends a request.</summary>
    /// <param name="target">The value of <c>X-Amz-Target</c>.</param>
    /// <param name="body">The body; the caller must not change it before this has ended.</param>
    /// <param name="cancellationToken">Gives up. What the request did is unknown then.</param>
    /// <exception cref="RemoteFault">There is no answer that can be relied on.</exception>
    public async Task<RemoteAnswer> SendAsync(string target, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        using CancellationTokenSource end = new(budget, time);
        using CancellationTokenRegistration earlier = cancellationToken.UnsafeRegister(
            static end => ((CancellationTokenSource)end!).Cancel(), end);
        RemoteAnswer answer = await SendOnceAsync(target, body, end.Token, cancellationToken).ConfigureAwait(false);

        // Refused for its date alone: it had no effect, and with the date corrected the backend takes it. Both together have the time of
        // one.
        return ClockFaults.AreIn(answer) && signer.TryCorrectClock(answer.SignedAt, answer.Date)
            ? await SendOnceAsync(target, body, end.Token, cancellationToken).ConfigureAwait(false)
            : answer;
    }

    /// <summary>The body of an answer as it was before it was packed.</summary>
    /// <exception cref="InvalidDataException">It is packed in a way that was not asked for, or longer than any answer.</exception>
    public static ReadOnlyMemory<byte> Unpack(HttpResponseMessage response, byte[] sent)
    {
        switch (response.Content.Headers.NonValidated.TryGetValues("Content-Encoding", out HeaderStringValues coding)
            ? coding.ToString()
            : null)
        {
            case null or "identity":
                return sent;
            case "gzip":
                return Unpack(sent);

            default:
                throw new InvalidDataException("It is packed in a way that was not asked for.");
        }
    }

    /// <summary>Tells the backend of the span that a request belongs to, where it is traced: another proxy goes on with it.</summary>
    public static void AddTrace(HttpRequestMessage request)
    {
        if (Spans.Current is { } span)
        {
            request.Headers.TryAddWithoutValidation("traceparent", span.Id);
        }
    }

    /// <summary>The backend's id of a request; null where it gave none.</summary>
    public static string? IdOf(HttpResponseMessage response) =>
        response.Headers.NonValidated.TryGetValues("x-amzn-RequestId", out HeaderStringValues id) ? id.ToString() : null;

    /// <param name="target">The value of <c>X-Amz-Target</c>.</param>
    /// <param name="body">The body.</param>
    /// <param name="end">Cancelled when the time is up, and with <paramref name="cancellationToken"/>.</param>
    /// <param name="cancellationToken">The caller's.</param>
    private async Task<RemoteAnswer> SendOnceAsync(
        string target, ReadOnlyMemory<byte> body, CancellationToken end, CancellationToken cancellationToken)
    {
        Uri address = endpoint.AddressOf(target);
        RequestBody sent = new(body);
        using HttpRequestMessage request = new(HttpMethod.Post, address)
        {
            Content = sent,
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", ContentType);
        AddTrace(request);
        try
        {
            ValueTask<DateTimeOffset> signing = signer.SignAsync(request, address.Authority, target, ContentType, body);
            DateTimeOffset signedAt = signing.IsCompletedSuccessfully
                ? signing.Result
                : await signing.AsTask().WaitAsync(end).ConfigureAwait(false);
            using HttpResponseMessage response = await connections.Invoker.SendAsync(request, end).ConfigureAwait(false);
            await response.Content.LoadIntoBufferAsync(MaxAnswerBytes, end).ConfigureAwait(false);
            byte[] received = await response.Content.ReadAsByteArrayAsync(end).ConfigureAwait(false);
            CompareChecksum(response, received);
            return new RemoteAnswer(
                (int)response.StatusCode,
                Unpack(response, received),
                signedAt,
                response.IsSuccessStatusCode ? null : response.Headers.Date,
                response.IsSuccessStatusCode && Spans.Current is null ? null : IdOf(response));
        }
        catch (OperationCanceledException fault) when (!cancellationToken.IsCancellationRequested)
        {
            throw new RemoteFault($"The backend did not answer within {budget.TotalSeconds} seconds", fault)
            {
                WasNeverSent = !sent.IsBegun,
            };
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or InvalidDataException)
        {
            throw new RemoteFault("The backend gave no usable answer", fault) { WasNeverSent = !sent.IsBegun };
        }
    }

    /// <summary>The checksum is that of the bytes as they travelled. Source: DynamoDB's JSON protocol, and what SDKs do with it.</summary>
    private static void CompareChecksum(HttpResponseMessage response, byte[] sent)
    {
        if (response.Headers.NonValidated.TryGetValues("x-amz-crc32", out HeaderStringValues told)
            && told.ToString() != Crc32.HashToUInt32(sent).ToString(CultureInfo.InvariantCulture))
        {
            throw new RemoteFault("The backend's answer was damaged on the way");
        }
    }

    private static byte[] Unpack(byte[] sent)
    {
        using GzipReader packed = new(new MemoryStream(sent));
        using MemoryStream unpacked = new();
        byte[] piece = new byte[16 * 1024];
        for (int length = packed.Read(piece); length > 0; length = packed.Read(piece))
        {
            if (unpacked.Length + length > MaxAnswerBytes)
            {
                throw new InvalidDataException("It is too long.");
            }

            unpacked.Write(piece.AsSpan(0, length));
        }

        return unpacked.ToArray();
    }
}
