using DaxProxy.Engine.Services;

namespace DaxProxy.Backends;

/// <summary>What the services beside DynamoDB work with: metrics, documents, and the clock that goes as fast as was asked for.</summary>
/// <remarks>Owns the store.</remarks>
internal sealed class ServiceData : IDisposable
{
    /// <param name="folder">Where to keep it; null for nowhere.</param>
    /// <param name="time">The real clock.</param>
    /// <param name="simulated">The clock of throughput.</param>
    public ServiceData(string? folder, TimeProvider time, TimeProvider simulated)
    {
        Store = ServiceStore.Open(folder);
        Metrics = new MetricStore(Store, simulated, time);
        Time = simulated;
    }

    /// <summary>The documents.</summary>
    public ServiceStore Store { get; }

    /// <summary>The metrics.</summary>
    public MetricStore Metrics { get; }

    /// <summary>The clock of throughput, auto scaling and metrics.</summary>
    public TimeProvider Time { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Metrics.Dispose();
        Store.Dispose();
    }
}
