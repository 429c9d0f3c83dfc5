using System.Diagnostics;
using System.Net;
using DaxProxy.Bench.Load;
using DaxProxy.Telemetry;

namespace DaxProxy.Bench.Throttle;

/// <summary>Clients that send so many requests a second whatever becomes of them, and never repeat one.</summary>
/// <remarks>Latency is that from the sending, so a client that comes too late for its turn adds nothing.</remarks>
internal sealed class PacedLoad : IDisposable
{
    private const int Connections = 8;

    private readonly HttpConnection[] connections;
    private readonly Func<byte[]> next;
    private readonly TimeSpan interval;
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
        connections = [.. Enumerable.Range(0, Connections).Select(_ => new HttpConnection(server, takesRefusals: true))];
        interval = TimeSpan.FromSeconds((double)Connections / perSecond);
        this.next = next;
    }

    /// <summary>Runs until it is cancelled.</summary>
    public Task RunAsync(CancellationToken stop) =>
        Task.WhenAll(connections.Select((connection, index) => Task.Run(() => LoopAsync(connection, index * interval / Connections, stop), CancellationToken.None)));

    /// <summary>What has happened since the last call.</summary>
    public (double P99, long Answered, long Missed, long Refused) Take() => (
        Interlocked.Exchange(ref latency, new LatencyHistogram()).Snapshot().Percentile(0.99).TotalMicroseconds,
        Interlocked.Exchange(ref answered, 0),
        Interlocked.Exchange(ref missed, 0),
        Interlocked.Exchange(ref refused, 0));

    /// <inheritdoc/>
    public void Dispose() => Array.ForEach(connections, connection => connection.Dispose());

    private async Task LoopAsync(HttpConnection connection, TimeSpan offset, CancellationToken stop)
    {
        long started = Stopwatch.GetTimestamp();
        TimeSpan due = offset;
        while (!stop.IsCancellationRequested)
        {
            TimeSpan wait = due - Stopwatch.GetElapsedTime(started);
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, CancellationToken.None).ConfigureAwait(false);
            }

            due += interval;
            byte[] request;
            lock (next)
            {
                request = next();
            }

            long sentAt = Stopwatch.GetTimestamp();
            int length = await connection.ExchangeAsync(request).ConfigureAwait(false);
            latency.Record((Stopwatch.GetTimestamp() - sentAt) * (1_000_000_000 / Stopwatch.Frequency));
            Count(connection.Received(length));
        }
    }

    private void Count(ReadOnlySpan<byte> reply)
    {
        Interlocked.Increment(ref answered);
        if (!reply.StartsWith(HttpConnection.Ok))
        {
            Interlocked.Increment(ref refused);
            Interlocked.Increment(ref missed);
        }
        else if (reply.IndexOf("fwd=miss"u8) >= 0 && reply.IndexOf("collapsed"u8) < 0)
        {
            Interlocked.Increment(ref missed);
        }
    }
}
