using System.Net;

namespace DaxProxy.Report.Demo;

/// <summary>
/// All that a report needs on one machine: the local engine, a link that makes it far away, and a proxy in front of both.
/// </summary>
internal sealed class DemoSetup : IAsyncDisposable
{
    private readonly string folder;
    private DemoServer? engine;
    private DelayedLink? link;
    private DemoServer? proxy;

    private DemoSetup(string folder) => this.folder = folder;

    /// <summary>Where the engine is, far away.</summary>
    public Uri Direct => link!.Address;

    /// <summary>Where the proxy is.</summary>
    public Uri Proxied => proxy!.Address;

    /// <summary>Where the dashboard of the proxy is.</summary>
    public Uri Dashboard => proxy!.AdminAddress;

    /// <summary>Where the proxy speaks DAX.</summary>
    public DnsEndPoint ProxiedDax => new(proxy!.DaxAddress.Host, proxy.DaxAddress.Port);

    /// <summary>Starts all of it.</summary>
    /// <param name="latency">How far away the engine is, there and back.</param>
    /// <param name="stop">Gives up, and leaves nothing.</param>
    /// <exception cref="ReportFault">It does not start.</exception>
    public static async Task<DemoSetup> StartAsync(TimeSpan latency, CancellationToken stop)
    {
        DemoSetup started = new(MakeFolder());
        try
        {
            started.engine = await DemoServer.StartAsync(started.folder, hasCaches: false, ["--in-memory"], stop).ConfigureAwait(false);
            started.link = new DelayedLink(IPEndPoint.Parse(started.engine.Address.Authority), latency, TimeProvider.System);
            string[] remote = ["--backend", "dynamodb", "--region", "us-east-1", "--endpoint", $"{started.link.Address}"];
            started.proxy = await DemoServer.StartAsync(started.folder, hasCaches: true, remote, stop).ConfigureAwait(false);
            return started;
        }
        catch
        {
            await started.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        proxy?.Dispose();
        engine?.Dispose();
        if (link is not null)
        {
            await link.DisposeAsync().ConfigureAwait(false);
        }

        Directory.Delete(folder, recursive: true);
    }

    private static string MakeFolder()
    {
        try
        {
            return Directory.CreateTempSubdirectory("daxproxy-demo-").FullName;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ReportFault($"--demo: no folder can be made in {Path.GetTempPath()}; set TMPDIR to one that can be written", fault);
        }
    }
}
