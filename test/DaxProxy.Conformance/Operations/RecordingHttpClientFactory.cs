using Amazon.Runtime;

namespace DaxProxy.Conformance.Operations;

/// <summary>Gives an SDK client its HTTP client, and keeps the bodies that go through it.</summary>
internal sealed class RecordingHttpClientFactory : HttpClientFactory
{
    private readonly List<string> bodies = [];

    /// <summary>What was sent so far, oldest first; forgets it.</summary>
    public IReadOnlyList<string> TakeBodies()
    {
        lock (bodies)
        {
            string[] taken = [.. bodies];
            bodies.Clear();
            return taken;
        }
    }

    public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(new Recorder(bodies));

    private sealed class Recorder(List<string> bodies) : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            string body = await request.Content!.ReadAsStringAsync(cancellationToken);
            lock (bodies)
            {
                bodies.Add(body);
            }

            return await base.SendAsync(request, cancellationToken);
        }
    }
}
