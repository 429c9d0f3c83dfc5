using System.Net;
using DaxProxy.Load;
using DaxProxy.Telemetry;

namespace DaxProxy.Bench.Throttle;

/// <summary>Clients that send so many requests a second whatever becomes of them, and never repeat one.</summary>
internal sealed class PacedLoad : IDisposable
{
    private const int Connections = 8;

    /// <summary>Longer than any run.</summary>
    private static readonly TimeSpan Forever = TimeSpan.FromDays(1);

    private readonly LoadConnection[] connections;
    private readonly LoadDriver driver;
    private readonly int perSecond;
    private LatencyHistogram latency = new();
    private long answered;
    private long missed;
    private long refused;

    /// <summary>Opens the connections.</summary>
    /// <param name="server">To where.</param>
    /// <param name="perSecond">Requests a second.</param>
    /// <param name="next">The next request; called by one at a time.</param>
    public PacedLoad(IPEndPoint server, int perSecond, Func<byte[]> next)
    {
        this.perSecond = perSecond;
        connections = HttpLoadConnection.Open(server, Connections, takesRefusals: true);
        driver = new LoadDriver(connections, [.. connections.Select(_ => new Source(this, next))]);
    }

    /// <summary>Runs until it is cancelled.</summary>
    public Task RunAsync(CancellationToken stop) => driver.RunOpenAsync(perSecond, Forever, stop);

    /// <summary>What has happened since the last call.</summary>
    public (double P99, long Answered, long Missed, long Refused) Take() => (
        Interlocked.Exchange(ref latency, new LatencyHistogram()).Snapshot().Percentile(0.99).TotalMicroseconds,
        Interlocked.Exchange(ref answered, 0),
        Interlocked.Exchange(ref missed, 0),
        Interlocked.Exchange(ref refused, 0));

    /// <inheritdoc/>
    public void Dispose() => Array.ForEach(connections, connection => connection.Dispose());

    private void Count(ReadOnlySpan<byte> reply, long nanoseconds)
    {
        latency.Record(nanoseconds);
        Interlocked.Increment(ref answered);
        if (!reply.StartsWith(HttpLoadConnection.Ok))
        {
            Interlocked.Increment(ref refused);
            Interlocked.Increment(ref missed);
        }
        else if (reply.IndexOf("fwd=miss"u8) >= 0 && reply.IndexOf("collapsed"u8) < 0)
        {
            Interlocked.Increment(ref missed);
        }
    }

    private sealed class Source(PacedLoad load, Func<byte[]> next) : ILoadSource
    {
        public ReadOnlyMemory<byte> Next()
        {
            lock (next)
            {
                return next();
            }
        }

        public void Answered(ReadOnlySpan<byte> reply, long nanoseconds) => load.Count(reply, nanoseconds);
    }
}
