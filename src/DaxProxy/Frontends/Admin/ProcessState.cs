using DaxProxy.Backends;
using DaxProxy.Options;
using DaxProxy.Simulation;
using DaxProxy.Telemetry;

namespace DaxProxy.Frontends.Admin;

/// <summary>All that the operator's port tells about. What is in it is thread-safe.</summary>
/// <param name="Options">The configuration.</param>
/// <param name="Backends">What answers operations.</param>
/// <param name="Simulation">What goes wrong on purpose.</param>
/// <param name="Metrics">What is counted of them.</param>
/// <param name="History">The last hour.</param>
/// <param name="Lines">What was logged of something wrong.</param>
/// <param name="StartedAt">When the process began to serve.</param>
/// <param name="Time">The clock.</param>
internal sealed record ProcessState(
    ProxyOptions Options,
    BackendStack Backends,
    FaultSimulation Simulation,
    Metrics Metrics,
    TrafficHistory History,
    RecentLines Lines,
    DateTimeOffset StartedAt,
    TimeProvider Time)
{
    /// <summary>How long it has served.</summary>
    public TimeSpan Uptime => Time.GetUtcNow() - StartedAt;
}
