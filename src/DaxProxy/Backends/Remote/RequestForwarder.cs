using System.Net;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Wire.Json.Outbound;
using Yarp.ReverseProxy.Forwarder;

namespace DaxProxy.Backends.Remote;

/// <summary>Passes requests on as they are, signed anew, and streams the answers back.</summary>
/// <remarks>
/// Thread-safe. The head of the answer is held until the caches have heard of it: a client must not learn that something has changed while the
/// caches still say otherwise. Only then the body flows.
/// </remarks>
internal sealed class RequestForwarder(
    RemoteEndpoint endpoint, RemoteConnections connections, RequestSigner signer, CredentialFaults credentialFaults, TimeSpan budget)
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
            return new Streamed(crossing.HeadArrived.Result, crossing, whole);
        }

        await whole.ConfigureAwait(false);
        exchange.RequestAborted.ThrowIfCancellationRequested();
        exchange.Response.Clear();
        if (crossing.Refusal is { } refusal)
        {
            return new ErrorReply(credentialFaults.Report(refusal));
        }

        // A request of which nothing was read cannot have left, and one without its body does nothing.
        return new ErrorReply(TransportFaults.InternalServerError) { Effect = body.Position == 0 ? KnownEffect.None : KnownEffect.AsAnswered };
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

        public void LetGo() => letGo.TrySetResult();

        /// <summary>Nothing of the client's headers but what the answer's form depends on: what it signed with is not ours to show.</summary>
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

            signedAt = await signer.SignAsync(proxyRequest, address.Authority, request.Target, contentType, request.Body).ConfigureAwait(false);
        }

        public override async ValueTask<bool> TransformResponseAsync(
            HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
        {
            if (proxyResponse is null)
            {
                return true;
            }

            int status = (int)proxyResponse.StatusCode;
            if (status is >= 400 and < 500)
            {
                byte[] body = await proxyResponse.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
                if (OutboundCall.ReadError(status, RemoteCaller.Unpack(proxyResponse, body)) is { } error && CredentialFaults.IsOne(error))
                {
                    // Too late for this request; the client's next one is dated right.
                    signer.TryCorrectClock(signedAt, proxyResponse.Headers.Date);
                    Refusal = error;
                    return false;
                }
            }

            await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken).ConfigureAwait(false);
            headArrived.TrySetResult(status);
            await letGo.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
            return true;
        }
    }
}
