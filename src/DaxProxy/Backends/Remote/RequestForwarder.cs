using System.Net;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Wire.Json.Outbound;
using DaxProxy.Forwarding;
using DaxProxy.Options;
using DaxProxy.Telemetry;
using Yarp.ReverseProxy.Forwarder;

namespace DaxProxy.Backends.Remote;

/// <summary>Forwards requests as they are, with a new signature, and streams the answers back.</summary>
/// <remarks>
/// Thread-safe. The head of the answer is held until the caches have been told of it: a client must not learn of a change while the caches
/// still say otherwise. Only then does the body flow.
/// </remarks>
internal sealed class RequestForwarder(
    RemoteEndpoint endpoint,
    RemoteConnections connections,
    RequestSigner signer,
    CredentialFaults credentialFaults,
    TimeSpan budget,
    BackendOutage outage)
{
    private readonly IHttpForwarder forwarder = new ServiceCollection().AddLogging().AddHttpForwarder().BuildServiceProvider()
        .GetRequiredService<IHttpForwarder>();

    private readonly ForwarderRequestConfig config = new()
    {
        ActivityTimeout = budget,
        VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        Version = HttpVersion.Version20,
    };

    /// <summary>Sends a request; ends when the head of the answer is there.</summary>
    public async ValueTask<Reply> SendAsync(ForwardedRequest request)
    {
        HttpContext exchange = request.Exchange;
        MemoryStream body = new(request.Body.ToArray(), writable: false);
        exchange.Request.Body = body;
        exchange.Request.ContentLength = request.Body.Length;
        Crossing crossing = new(request, endpoint.AddressOf(request.Target), signer);
        Task<ForwarderError> whole = forwarder
            .SendAsync(exchange, crossing.Address.AbsoluteUri, connections.Invoker, config, crossing, exchange.RequestAborted).AsTask();
        await Task.WhenAny(crossing.HeadArrived, whole).ConfigureAwait(false);
        if (crossing.HeadArrived.IsCompletedSuccessfully)
        {
            if (crossing.HeadArrived.Result < StatusCodes.Status500InternalServerError)
            {
                outage.NoteAnswer();
            }

            Spans.Current?.SetTag("aws.request_id", FaultText.CodeOrNone(crossing.RequestId));
            return new Streamed(crossing.HeadArrived.Result, crossing, whole) { BulkOperation = crossing.BulkOperation };
        }

        await whole.ConfigureAwait(false);
        exchange.RequestAborted.ThrowIfCancellationRequested();
        exchange.Response.Clear();
        if (crossing.Refusal is { } refusal)
        {
            return new ErrorReply(credentialFaults.Report(refusal, crossing.RequestId));
        }

        Exception? fault = exchange.Features.Get<IForwarderErrorFeature>()?.Exception;
        outage.NoteFailure(request.Name, fault is null ? crossing.Told : FaultText.Of(fault));

        // A request whose body was not read has not left complete, and one without its body does nothing.
        return new ErrorReply(TransportFaults.InternalServerError)
        {
            Effect = body.Position == 0 ? KnownEffect.None : KnownEffect.AsAnswered,
        };
    }

    private sealed class Streamed(int statusCode, Crossing crossing, Task<ForwarderError> whole) : ForwardedReply(statusCode)
    {
        public override Task SendAsync()
        {
            crossing.LetGo();
            return whole;
        }
    }

    /// <summary>What one request becomes on the way out, and one answer on the way back.</summary>
    private sealed class Crossing(ForwardedRequest request, Uri address, RequestSigner signer) : HttpTransformer
    {
        private readonly TaskCompletionSource<int> headArrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource letGo = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private DateTimeOffset signedAt;

        public Uri Address => address;

        public Task<int> HeadArrived => headArrived.Task;

        /// <summary>The refusal of the proxy's signature, which is not passed on; null if there is none.</summary>
        public DynamoError? Refusal { get; private set; }

        /// <summary>The backend's id of the request; null where it gave none.</summary>
        public string? RequestId { get; private set; }

        /// <summary>What the answer tells of a bulk operation; null where it tells nothing of any.</summary>
        public BulkOperation? BulkOperation { get; private set; }

        /// <summary>What is to be said of an answer that is not passed on.</summary>
        public string Told { get; private set; } = "no answer";

        public void LetGo() => letGo.TrySetResult();

        /// <summary>
        /// Nothing of the client's headers but what the answer's form depends on: what it signed with is not ours to show.
        /// </summary>
        public override async ValueTask TransformRequestAsync(
            HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
        {
            string contentType = httpContext.Request.ContentType ?? "application/x-amz-json-1.0";
            proxyRequest.RequestUri = address;
            proxyRequest.Content!.Headers.TryAddWithoutValidation("Content-Type", contentType);
            proxyRequest.Content.Headers.ContentLength = request.Body.Length;
            if (httpContext.Request.Headers.AcceptEncoding is { Count: > 0 } codings)
            {
                proxyRequest.Headers.TryAddWithoutValidation("Accept-Encoding", codings.ToString());
            }

            RemoteCaller.AddTrace(proxyRequest);
            signedAt = await signer.SignAsync(proxyRequest, address.Authority, request.Target, contentType, request.Body)
                .ConfigureAwait(false);
        }

        public override async ValueTask<bool> TransformResponseAsync(
            HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
        {
            if (proxyResponse is null)
            {
                return true;
            }

            int status = (int)proxyResponse.StatusCode;
            RequestId = RemoteCaller.IdOf(proxyResponse);
            if (!PassedAnswer.IsOne(proxyResponse))
            {
                Told = $"status {status} and not the form of an answer of DynamoDB (request {FaultText.Code(RequestId)})";
                return false;
            }

            if (status != StatusCodes.Status200OK
                && await ReadErrorAsync(proxyResponse, cancellationToken).ConfigureAwait(false) is { } error
                && CredentialFaults.IsOne(error, signer))
            {
                // Too late for this request; the client's next one is dated right.
                signer.TryCorrectClock(signedAt, proxyResponse.Headers.Date);
                Refusal = error;
                return false;
            }

            if (status == StatusCodes.Status200OK && request.Verb.TellsOfBulkOperation)
            {
                BulkOperation = OutboundCall.ReadBulkOperation(await ReadAsync(proxyResponse, cancellationToken).ConfigureAwait(false));
            }

            PassedAnswer.CopyHead(proxyResponse, httpContext.Response);
            headArrived.TrySetResult(status);
            await letGo.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
            return true;
        }

        /// <summary>Nothing follows the body of an answer of the service.</summary>
        public override ValueTask TransformResponseTrailersAsync(
            HttpContext httpContext, HttpResponseMessage proxyResponse, CancellationToken cancellationToken) => default;

        private static async Task<DynamoError?> ReadErrorAsync(HttpResponseMessage answer, CancellationToken cancellationToken) =>
            OutboundCall.ReadError((int)answer.StatusCode, await ReadAsync(answer, cancellationToken).ConfigureAwait(false));

        /// <summary>The whole body, which travels on as it came all the same.</summary>
        private static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
        {
            await answer.Content.LoadIntoBufferAsync(RemoteCaller.MaxAnswerBytes, cancellationToken).ConfigureAwait(false);
            byte[] body = await answer.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
            return RemoteCaller.Unpack(answer, body);
        }
    }
}
