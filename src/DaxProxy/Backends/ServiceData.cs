using DaxProxy.Engine.Services;
using DaxProxy.Telemetry;

namespace DaxProxy.Backends;

/// <summary>What the services beside DynamoDB work with: metrics, documents, and the clock that goes as fast as was asked for.</summary>
/// <remarks>Owns the store.</remarks>
internal sealed class ServiceData : IDisposable
{
    /// <param name="folder">Where to keep it; null for nowhere.</param>
    /// <param name="time">The real clock.</param>
    /// <param name="simulated">The clock of throughput.</param>
    /// <param name="logger">Where to log that a file is damaged, or that there are too many metrics; null for nowhere.</param>
    public ServiceData(string? folder, TimeProvider time, TimeProvider simulated, ILogger? logger = null)
    {
        Time = simulated;
        try
        {
            (Store, Metrics) = Open(folder, time, simulated);
        }
        catch (Exception exception) when (folder is not null && ServiceStore.IsDamage(exception))
        {
            // No item is in it: a table must not wait for its metrics to be mended.
            string aside = ServiceStore.SetAside(folder, time.GetUtcNow());
            if (logger is not null)
            {
                Log.ServiceStoreDamaged(logger, aside);
            }

            (Store, Metrics) = Open(folder, time, simulated);
        }

        if (logger is not null)
        {
            Metrics.IsFull = id => Log.TooManyMetrics(logger, id.Namespace, id.Name);
        }
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

    private static (ServiceStore Store, MetricStore Metrics) Open(string? folder, TimeProvider time, TimeProvider simulated)
    {
        ServiceStore store = ServiceStore.Open(folder);
        try
        {
            return (store, new MetricStore(store, simulated, time));
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }
}
