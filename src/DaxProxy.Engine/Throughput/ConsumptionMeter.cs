using System.Collections.Concurrent;
using DaxProxy.Core.Errors;
using DaxProxy.Engine.Services;

namespace DaxProxy.Engine.Throughput;

/// <summary>
/// Counts as metrics of CloudWatch what requests consume of tables and global indexes, and what is refused for lack of it.
/// </summary>
/// <remarks>Thread-safe. Source of the names: the service's documentation of its metrics.</remarks>
/// <param name="metrics">Where they are kept.</param>
internal sealed class ConsumptionMeter(MetricStore metrics)
{
    private const string Namespace = "AWS/DynamoDB";

    /// <summary>Most metrics that are at hand; there may be many tables, one after the other.</summary>
    private const int MaxKnown = 4096;

    private readonly ConcurrentDictionary<(string Table, string? Index, string Name), MetricRecorder> series = new();

    /// <summary>Notes what a request has consumed.</summary>
    public void Note(in Share share)
    {
        if (share.Units > 0)
        {
            Of(share, share.IsWrite ? "ConsumedWriteCapacityUnits" : "ConsumedReadCapacityUnits").Add(share.Units);
        }
    }

    /// <summary>Notes that a request was refused for what it would have consumed.</summary>
    public void NoteThrottled(in Share share, ThroughputLimit limit)
    {
        Of(share, share.IsWrite ? "WriteThrottleEvents" : "ReadThrottleEvents").Add(1);
        if (Cause(limit) is { } cause)
        {
            Of(share, (share.IsWrite ? "Write" : "Read") + cause + "ThrottleEvents").Add(1);
        }
    }

    /// <summary>What a metric calls a limit; null for that of a table on demand as it is now, of which there is none.</summary>
    private static string? Cause(ThroughputLimit limit) => limit switch
    {
        ThroughputLimit.Provisioned => "ProvisionedThroughput",
        ThroughputLimit.MaxOnDemand => "MaxOnDemandThroughput",
        ThroughputLimit.KeyRange => "KeyRangeThroughput",
        ThroughputLimit.Account => "AccountLimit",
        _ => null,
    };

    private MetricRecorder Of(in Share share, string name)
    {
        (string, string?, string) key = (share.Table.Name, share.Index, name);
        if (series.TryGetValue(key, out MetricRecorder? known) && !known.IsRetired)
        {
            return known;
        }

        if (series.Count >= MaxKnown)
        {
            series.Clear();
        }

        MetricId id = share.Index is null
            ? MetricId.Of(Namespace, name, ("TableName", share.Table.Name))
            : MetricId.Of(Namespace, name, ("TableName", share.Table.Name), ("GlobalSecondaryIndexName", share.Index));
        return series[key] = metrics.Of(id);
    }
}
