using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Connections;

namespace DaxProxy.Telemetry;

/// <summary>The connections of clients, by the port that they came in by. Thread-safe.</summary>
internal sealed class ConnectionCounts
{
    private readonly Lock gate = new();
    private readonly List<Port> ports = [];

    /// <summary>Counts the connections of a port from now on.</summary>
    /// <param name="name">What the port is called.</param>
    /// <returns>What is to stand around the handler of its connections.</returns>
    public Func<ConnectionDelegate, ConnectionDelegate> Of(string name)
    {
        Port port = new(name);
        lock (gate)
        {
            ports.Add(port);
        }

        return next => connection => port.ServeAsync(connection, next);
    }

    /// <summary>Shows the counts as instruments.</summary>
    public void ShowOn(Meter meter)
    {
        meter.CreateObservableGauge(
            "daxproxy.connections", () => Observe(port => port.Opened - port.Closed), null, "Connections of clients that are open.");
        meter.CreateObservableCounter(
            "daxproxy.connections.opened", () => Observe(port => port.Opened), null, "Connections of clients since the start.");
    }

    private List<Measurement<long>> Observe(Func<Port, long> figure)
    {
        lock (gate)
        {
            return [.. ports.Select(port => new Measurement<long>(figure(port), new KeyValuePair<string, object?>("port", port.Name)))];
        }
    }

    private sealed class Port(string name)
    {
        private long opened;
        private long closed;

        public string Name => name;

        public long Opened => Interlocked.Read(ref opened);

        public long Closed => Interlocked.Read(ref closed);

        public async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next)
        {
            Interlocked.Increment(ref opened);
            try
            {
                await next(connection).ConfigureAwait(false);
            }
            finally
            {
                Interlocked.Increment(ref closed);
            }
        }
    }
}
