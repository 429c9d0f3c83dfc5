using DaxProxy.Load;
using DaxProxy.Telemetry;

namespace DaxProxy.Bench.Load;

/// <summary>A closed loop of requests made beforehand over connections that stay open, and what a round of it measured.</summary>
/// <param name="connections">The connections, which end with this object.</param>
/// <param name="requests">What they send, each beginning at another place.</param>
internal sealed class LoadClient(LoadConnection[] connections, byte[][] requests) : IDisposable
{
    /// <summary>Runs for a while.</summary>
    public Task<LoadResult> RunAsync(TimeSpan duration) => RunAsync(driver => driver.RunAsync(duration));

    /// <summary>Sends every request once, each connection its share; a rest that does not divide is left out.</summary>
    public Task<LoadResult> RunOnceAsync() => RunAsync(driver => driver.RunCountAsync(requests.Length / connections.Length));

    /// <summary>Sends every request once.</summary>
    public async Task PrimeAsync()
    {
        foreach (byte[] request in requests)
        {
            await connections[0].ExchangeAsync(request).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Array.ForEach(connections, connection => connection.Dispose());

    private async Task<LoadResult> RunAsync(Func<LoadDriver, Task<double>> run)
    {
        LatencyHistogram latency = new();
        ILoadSource[] sources =
            [.. connections.Select((_, index) => new ArraySource(requests, index * requests.Length / connections.Length, latency))];
        double requestsPerSecond = await run(new LoadDriver(connections, sources)).ConfigureAwait(false);
        return LoadResult.Of(latency, TimeSpan.FromSeconds(latency.Snapshot().Count / requestsPerSecond));
    }
}
