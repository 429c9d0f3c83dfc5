using System.Diagnostics;
using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using DaxProxy.Tests.Load;

namespace DaxProxy.Conformance.Remote;

/// <summary>
/// A server between a proxy and its remote backend: passes requests on to the real one and does to each what the test says, at the level of
/// bytes.
/// </summary>
internal sealed class FaultyLink : IAsyncDisposable
{
    private static readonly TimeSpan Slowness = TimeSpan.FromMilliseconds(50);

    private readonly LoopbackListener listener;
    private readonly CancellationTokenSource stop = new();
    private readonly HttpClient client = new();
    private readonly Uri behind;
    private readonly Task accepting;
    private readonly List<LinkRequest> requests = [];

    /// <summary>Begins to listen.</summary>
    /// <param name="behind">Where the backend is.</param>
    /// <param name="at">Where to listen; null for any port of loopback.</param>
    public FaultyLink(Uri behind, IPEndPoint? at = null)
    {
        this.behind = behind;
        listener = new LoopbackListener(at);
        accepting = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public Uri EndPoint => new($"http://{listener.EndPoint}/");

    /// <summary>What happens to a request.</summary>
    public Func<LinkRequest, LinkFault> FaultOf { get; set; } = _ => LinkFault.None;

    /// <summary>Told of each request that the backend has answered; called by many at once.</summary>
    public Action<LinkPass>? Passed { get; set; }

    /// <summary>
    /// How long after it arrived a <see cref="LinkFault.Late"/> request is passed on; when that has been missed by a quarter of it, never.
    /// </summary>
    public TimeSpan Lateness { get; set; }

    /// <summary>When answers that are <see cref="LinkFault.Held"/> go on.</summary>
    public TaskCompletionSource LetGo { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whether to remember what arrived.</summary>
    public bool Remembers { get; init; } = true;

    /// <summary>The requests that arrived, in their order.</summary>
    public IReadOnlyList<LinkRequest> Requests
    {
        get
        {
            lock (requests)
            {
                return [.. requests];
            }
        }
    }

    /// <summary>The names of their operations.</summary>
    public IReadOnlyList<string> Arrived => [.. Requests.Select(request => request.Operation)];

    /// <summary>Forgets what has arrived.</summary>
    public void Forget()
    {
        lock (requests)
        {
            requests.Clear();
        }
    }

    /// <summary>How many requests of an operation arrived.</summary>
    public int Count(string operation) => Requests.Count(request => request.Operation == operation);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Dispose();
        await accepting;
        client.Dispose();
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (await listener.AcceptAsync() is { } socket)
        {
            _ = TalkAsync(socket);
        }
    }

    private async Task TalkAsync(Socket socket)
    {
        using Socket owned = socket;
        owned.NoDelay = true;
        await using NetworkStream stream = new(socket);
        PipeReader reader = PipeReader.Create(stream);
        try
        {
            while (await ReadAsync(reader) is { } request)
            {
                if (Remembers)
                {
                    lock (requests)
                    {
                        requests.Add(request);
                    }
                }

                if (!await AnswerAsync(stream, FaultOf(request), request))
                {
                    socket.LingerState = new LingerOption(true, 0);
                    return;
                }
            }
        }
        catch (Exception end) when (end is IOException or HttpRequestException or OperationCanceledException or ObjectDisposedException)
        {
            // The proxy has gone, or the test is over.
        }
    }

    private async Task<LinkRequest?> ReadAsync(PipeReader reader)
    {
        while (true)
        {
            ReadResult read = await reader.ReadAsync(stop.Token);
            LinkRequest? request = LinkRequest.Read(read.Buffer, out SequencePosition end);
            reader.AdvanceTo(end, request is null ? read.Buffer.End : end);
            if (request is not null || read.IsCompleted)
            {
                return request;
            }
        }
    }

    /// <summary>False to break the connection.</summary>
    private async Task<bool> AnswerAsync(NetworkStream stream, LinkFault fault, LinkRequest request)
    {
        long arrived = Stopwatch.GetTimestamp();
        if (fault == LinkFault.ResetBefore)
        {
            return false;
        }

        if (Refusal(fault, request) is { } refusal)
        {
            await stream.WriteAsync(refusal.ToBytes(), stop.Token);
            return true;
        }

        if (fault is LinkFault.HangBefore or LinkFault.Late)
        {
            await Task.Delay(fault == LinkFault.Late ? Lateness : Timeout.InfiniteTimeSpan, stop.Token);
            if (Stopwatch.GetElapsedTime(arrived) > 1.25 * Lateness)
            {
                return false;
            }
        }

        LinkAnswer answer = await PassAsync(request);
        switch (fault)
        {
            case LinkFault.ResetAfter or LinkFault.Late:
                return false;
            case LinkFault.HangAfter:
                await Task.Delay(Timeout.Infinite, stop.Token);
                return false;
            case LinkFault.Truncated:
                byte[] whole = answer.ToBytes();
                await stream.WriteAsync(whole.AsMemory(0, whole.Length - ((answer.Body.Length + 1) / 2)), stop.Token);
                return false;
            case LinkFault.Slow:
                byte[] bytes = answer.ToBytes();
                await Task.Delay(Slowness, stop.Token);
                await stream.WriteAsync(bytes.AsMemory(0, bytes.Length - 1), stop.Token);
                await Task.Delay(Slowness, stop.Token);
                await stream.WriteAsync(bytes.AsMemory(bytes.Length - 1), stop.Token);
                return true;
            case LinkFault.Held:
                await LetGo.Task.WaitAsync(stop.Token);
                break;
        }

        await stream.WriteAsync(Disguised(fault, answer).ToBytes(), stop.Token);
        return true;
    }

    private static LinkAnswer Disguised(LinkFault fault, LinkAnswer answer) => fault switch
    {
        LinkFault.Corrupt => answer.Damaged(),
        LinkFault.CorruptChecksum => answer with { Checksum = "1" },
        LinkFault.Gzip => answer.Packed(),
        LinkFault.Error500After => LinkAnswer.Error(500, "com.amazonaws.dynamodb.v20120810#InternalServerError", "oh"),
        _ => answer,
    };

    /// <summary>What is answered in the backend's place, which never gets the request; null if it does.</summary>
    private static LinkAnswer? Refusal(LinkFault fault, LinkRequest request) => fault switch
    {
        LinkFault.Throttle => LinkAnswer.Error(400, "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException", "slow down"),
        LinkFault.Error500 => LinkAnswer.Error(500, "com.amazonaws.dynamodb.v20120810#InternalServerError", "oh"),
        LinkFault.Html503 => new LinkAnswer(503, [.. "<html>"u8]),
        LinkFault.UnknownKey => LinkAnswer.Error(
            400, "com.amazon.coral.service#UnrecognizedClientException", "The security token included in the request is invalid."),
        LinkFault.WrongSecret => LinkAnswer.Error(
            400,
            "com.amazon.coral.service#InvalidSignatureException",
            "The request signature we calculated does not match the signature you provided.\\n\\nThe Canonical String for this request should have been\\n'"
                + $"POST\\nx-amz-security-token:{request.Header("X-Amz-Security-Token")}'") with
        { Date = TimeProvider.System.GetUtcNow() },
        LinkFault.ExpiredSession => LinkAnswer.Error(
            400, "com.amazon.coral.service#ExpiredTokenException", "The security token included in the request is expired"),
        LinkFault.ClockChecked => CheckClock(request.Header("X-Amz-Date")),
        _ => null,
    };

    private static LinkAnswer? CheckClock(string signedAt)
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        DateTimeOffset signed = DateTimeOffset.ParseExact(
            signedAt, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        return Math.Abs((now - signed).TotalMinutes) < 15 ? null
            : LinkAnswer.Error(
                400, "com.amazon.coral.service#InvalidSignatureException", $"Signature expired: {signedAt} is now earlier than that.")
                with
            { Date = now };
    }

    private async Task<LinkAnswer> PassAsync(LinkRequest request)
    {
        using HttpRequestMessage passed = new(HttpMethod.Post, behind) { Content = new ByteArrayContent(request.Body) };
        passed.Content.Headers.TryAddWithoutValidation("Content-Type", request.Header("Content-Type"));
        passed.Headers.TryAddWithoutValidation("X-Amz-Target", request.Target);
        passed.Headers.TryAddWithoutValidation("X-Amz-Date", request.Header("X-Amz-Date"));
        passed.Headers.TryAddWithoutValidation("Authorization", request.Header("Authorization"));
        long from = Stopwatch.GetTimestamp();
        using HttpResponseMessage response = await client.SendAsync(passed, stop.Token);
        byte[] body = await response.Content.ReadAsByteArrayAsync(stop.Token);
        Passed?.Invoke(new LinkPass(request, from, Stopwatch.GetTimestamp(), (int)response.StatusCode));
        return new LinkAnswer((int)response.StatusCode, body, response.Headers.GetValues("x-amz-crc32").Single());
    }
}
