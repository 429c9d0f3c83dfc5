using System.Diagnostics;
using DaxProxy.Telemetry;

namespace DaxProxy.Bench.Load;

/// <summary>A closed loop over connections that stay open: each sends its next request when the reply to the last is complete.</summary>
/// <param name="connections">The connections, which end with this object.</param>
/// <param name="requests">What they send, each beginning at another place.</param>
internal sealed class LoadClient(LoadConnection[] connections, byte[][] requests) : IDisposable
{
    /// <summary>Runs for a while.</summary>
    public Task<LoadResult> RunAsync(TimeSpan duration) =>
        RunAsync(long.MaxValue, Stopwatch.GetTimestamp() + (long)(duration.TotalSeconds * Stopwatch.Frequency));

    /// <summary>Sends every request once, each connection its share; a rest that does not divide is left out.</summary>
    public Task<LoadResult> RunOnceAsync() => RunAsync(requests.Length / connections.Length, long.MaxValue);

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

    private async Task<LoadResult> RunAsync(long requestsOfEach, long end)
    {
        LatencyHistogram latency = new();
        long startedAt = Stopwatch.GetTimestamp();
        long[] counts = await Task.WhenAll(connections.Select((connection, index) => Task.Run(
            () => LoopAsync(connection, index * requests.Length / connections.Length, requestsOfEach, end, latency)))).ConfigureAwait(false);
        double seconds = Stopwatch.GetElapsedTime(startedAt).TotalSeconds;
        LatencySnapshot snapshot = latency.Snapshot();
        return new LoadResult(
            counts.Sum() / seconds, Microseconds(0.5), Microseconds(0.9), Microseconds(0.99), Microseconds(0.999));

        double Microseconds(double share) => snapshot.Percentile(share).TotalMicroseconds;
    }

    private async Task<long> LoopAsync(LoadConnection connection, int first, long most, long end, LatencyHistogram latency)
    {
        long count = 0;
        long now = Stopwatch.GetTimestamp();
        for (int next = first; count < most && now < end; next = next + 1 < requests.Length ? next + 1 : 0)
        {
            long sentAt = now;
            await connection.ExchangeAsync(requests[next]).ConfigureAwait(false);
            now = Stopwatch.GetTimestamp();
            latency.Record((now - sentAt) * (1_000_000_000 / Stopwatch.Frequency));
            count++;
        }

        return count;
    }
}
