using System.Diagnostics;
using System.Globalization;
using System.Net;
using DaxProxy.Bench.Load;

namespace DaxProxy.Bench.Baselines;

/// <summary>Redis' own load generator, which is written in C and knows only its own server.</summary>
internal static class RedisBenchmark
{
    /// <summary>What it asks for in a second is more than this server gives in any, so that a run lasts about as long as wanted.</summary>
    private const int RequestsPerSecond = 60_000;

    /// <summary>One run of GET of a value that the run before has stored.</summary>
    public static async Task<LoadResult> RunAsync(IPEndPoint server, int connections, TimeSpan duration)
    {
        int requests = (int)(duration.TotalSeconds * RequestsPerSecond);
        using Process process = Process.Start(new ProcessStartInfo(
            "redis-benchmark",
            ["-h", "127.0.0.1", "-p", $"{server.Port}", "-c", $"{connections}", "-n", $"{requests}", "-d", "434", "-t", "get", "--csv"])
        { RedirectStandardOutput = true })!;
        string output = await process.StandardOutput.ReadToEndAsync().ConfigureAwait(false);
        await process.WaitForExitAsync().ConfigureAwait(false);

        // "test","rps","avg_latency_ms","min_latency_ms","p50_latency_ms","p95_latency_ms","p99_latency_ms","max_latency_ms"
        string line = output.Split('\n').FirstOrDefault(line => line.StartsWith("\"GET\"", StringComparison.Ordinal))
            ?? throw new IOException("redis-benchmark said something else than expected: " + output);
        double[] figures =
            [.. line.Split(',').Skip(1).Select(figure => double.Parse(figure.Trim('"', '\r'), CultureInfo.InvariantCulture))];
        return new LoadResult(figures[0], 1000 * figures[3], double.NaN, 1000 * figures[5], double.NaN) { Requests = requests };
    }
}
