using Amazon.DynamoDBv2;
using Amazon.Runtime;
using DaxProxy.Backends;
using DaxProxy.Hosting;
using DaxProxy.Options;
using Microsoft.Extensions.Logging.Abstractions;

namespace DaxProxy.Testing;

/// <summary>
/// A DynamoDB for a test: the engine of DaxProxy in memory, on free ports of the loopback address, with its caches and the DAX protocol.
/// Each one is empty, and knows nothing of the others.
/// </summary>
/// <example>
/// <code>
/// await using DynamoDb db = await DynamoDb.StartAsync();
/// await db.Client.PutItemAsync(...);
/// </code>
/// </example>
public sealed class DynamoDb : IAsyncDisposable
{
    private readonly BackendStack backends;
    private readonly DaxProxyHost host;

    private DynamoDb(BackendStack backends, DaxProxyHost host)
    {
        (this.backends, this.host) = (backends, host);
        Endpoint = new Uri($"http://{host.DataEndPoint}");
        Client = new AmazonDynamoDBClient(
            new BasicAWSCredentials("local", "local"),
            new AmazonDynamoDBConfig { ServiceURL = Endpoint.AbsoluteUri, AuthenticationRegion = "us-east-1", MaxErrorRetry = 0 });
    }

    /// <summary>Where the DynamoDB API is, for clients of any kind; they may have any region and keys.</summary>
    public Uri Endpoint { get; }

    /// <summary>Where DAX clients connect: <c>dax://127.0.0.1:port</c>.</summary>
    public Uri DaxEndpoint => new($"dax://{host.DaxEndPoint}");

    /// <summary>A client of it, which does not repeat what fails. Disposed with it.</summary>
    public AmazonDynamoDBClient Client { get; }

    /// <summary>Starts one; when it returns, requests are answered.</summary>
    /// <param name="cancellationToken">Gives up starting.</param>
    public static Task<DynamoDb> StartAsync(CancellationToken cancellationToken = default) =>
        StartAsync(TimeProvider.System, cancellationToken);

    /// <summary>Starts one with a clock of the test's, which tells when items and cached answers end.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    public static async Task<DynamoDb> StartAsync(TimeProvider time, CancellationToken cancellationToken = default)
    {
        ProxyOptions options = new()
        {
            Listen = new ListenOptions { Port = 0, AdminPort = 0, DrainTimeout = TimeSpan.Zero },
            Dax = new DaxOptions { Port = 0 },
            Backend = new BackendOptions { InMemory = true },
        };
        BackendStack backends = BackendStack.Create(options, time);
        try
        {
            return new DynamoDb(
                backends,
                await DaxProxyHost.StartAsync(options, backends, NullLoggerFactory.Instance, time, cancellationToken)
                    .ConfigureAwait(false));
        }
        catch
        {
            backends.Dispose();
            throw;
        }
    }

    /// <summary>Ends it, with all that is in it.</summary>
    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await host.DisposeAsync().ConfigureAwait(false);
        backends.Dispose();
    }
}
