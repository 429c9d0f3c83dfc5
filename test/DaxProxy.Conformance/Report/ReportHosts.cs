using Amazon.DynamoDBv2;
using Amazon.Runtime;
using DaxProxy.Backends;
using DaxProxy.Conformance.Security;
using DaxProxy.Hosting;
using DaxProxy.Options;
using Microsoft.Extensions.Logging.Abstractions;

namespace DaxProxy.Conformance.Report;

/// <summary>An engine without caches and a proxy in front of it, each a host that talks over sockets.</summary>
internal sealed class ReportHosts : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> hosts = [];
    private readonly List<IDisposable> stacks = [];

    private ReportHosts()
    {
    }

    /// <summary>Where the engine is.</summary>
    public Uri Direct { get; private set; } = null!;

    /// <summary>Where the proxy is.</summary>
    public Uri Proxied { get; private set; } = null!;

    /// <summary>Where both are with TLS, engine first; empty without a certificate.</summary>
    public List<Uri> Secure { get; } = [];

    /// <summary>A client of the engine.</summary>
    public AmazonDynamoDBClient Sdk { get; private set; } = null!;

    /// <summary>Starts both.</summary>
    /// <param name="keys">File of the keys that the engine wants requests signed with; null for any.</param>
    /// <param name="certificate">What both show; null for no TLS.</param>
    public static async Task<ReportHosts> StartAsync(string? keys = null, CertificateFiles? certificate = null)
    {
        ReportHosts started = new();
        started.Direct = await started.StartAsync(
            new BackendOptions { InMemory = true }, isCached: false,
            keys is null ? new AuthOptions() : new AuthOptions { Mode = AuthMode.Verify, CredentialsFile = keys }, certificate);
        started.Proxied = await started.StartAsync(
            new BackendOptions { Kind = BackendKind.DynamoDb, Endpoint = started.Direct.AbsoluteUri }, isCached: true, new AuthOptions(),
            certificate);
        started.Sdk = SdkClient.For(started.Direct);
        return started;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Sdk.Dispose();
        foreach (IAsyncDisposable host in Enumerable.Reverse(hosts))
        {
            await host.DisposeAsync();
        }

        stacks.ForEach(stack => stack.Dispose());
    }

    private async Task<Uri> StartAsync(BackendOptions backend, bool isCached, AuthOptions auth, CertificateFiles? certificate)
    {
        ProxyOptions options = new()
        {
            Listen = new ListenOptions
            {
                Port = 0,
                AdminPort = 0,
                HttpsPort = 0,
                CertificateFile = certificate?.CertificateFile ?? "",
                CertificateKeyFile = certificate?.KeyFile ?? "",
            },
            Dax = new DaxOptions { Enabled = false },
            Backend = backend,
            Auth = auth,
            ItemCache = new ItemCacheOptions { Enabled = isCached },
            QueryCache = new QueryCacheOptions { Enabled = isCached },
        };
        BackendStack stack = BackendStack.Create(
            options, TimeProvider.System, credentials: new BasicAWSCredentials("AKIDEXAMPLE", "secret"));
        stacks.Add(stack);
        DaxProxyHost host = await DaxProxyHost.StartAsync(options, stack, NullLoggerFactory.Instance, TimeProvider.System);
        hosts.Add(host);
        Secure.AddRange(host.HttpsEndPoint is { } https ? [new Uri($"https://{https}")] : []);
        return new Uri($"http://{host.DataEndPoint}");
    }
}
