using Amazon.Runtime;

namespace DaxProxy.Samples;

/// <summary>Counts reads and cache hits by the <c>Cache-Status</c> header (RFC 9211) of the answers, below the SDK.</summary>
internal sealed class CacheCounter : HttpClientFactory, IDisposable
{
    private readonly SocketsHttpHandler transport = new();
    private int reads;
    private int hits;

    public int Reads => reads;

    public int Hits => hits;

    public override HttpClient CreateHttpClient(IClientConfig clientConfig) =>
        new(new Handler(this) { InnerHandler = transport }, disposeHandler: false);

    public void Dispose() => transport.Dispose();

    private sealed class Handler(CacheCounter counter) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            HttpResponseMessage answer = await base.SendAsync(request, cancellationToken);
            string operation =
                request.Headers.TryGetValues("X-Amz-Target", out IEnumerable<string>? target) ? target.First().Split('.')[^1] : "";
            if (operation is "GetItem" or "BatchGetItem" or "Query" or "Scan")
            {
                Interlocked.Increment(ref counter.reads);
                if (answer.Headers.TryGetValues("Cache-Status", out IEnumerable<string>? status)
                    && status.Any(text => text.Contains("; hit", StringComparison.Ordinal)))
                {
                    Interlocked.Increment(ref counter.hits);
                }
            }

            return answer;
        }
    }
}
