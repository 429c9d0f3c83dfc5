using System.Diagnostics.Metrics;
using DaxProxy.Core;
using DaxProxy.Core.Caching.Following;
using DaxProxy.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;

namespace DaxProxy.Backends;

/// <summary>The followers of streams in this process, with what they log and count.</summary>
internal sealed class StreamFollowing : IDisposable
{
    private readonly StreamFollowers followers;
    private readonly CacheLayer caching;

    /// <summary>Follows what the options say from now on.</summary>
    /// <param name="backend">The backend behind the caches.</param>
    /// <param name="caching">The caches.</param>
    /// <param name="ledger">What members of a group share about it.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where to log; null for nowhere.</param>
    public StreamFollowing(IDynamoBackend backend, CacheLayer caching, IStreamLedger ledger, TimeProvider time, ILogger? logger)
    {
        this.caching = caching;
        ILogger log = logger ?? NullLogger.Instance;
        followers = new StreamFollowers(backend, caching.Backend, caching.Catalog, ledger, time)
        {
            OnBehind = status => Log.StreamBehind(log, status.TableName, Reason(status)),
            OnCaughtUp = table => Log.StreamCaughtUp(log, table),
            OnGap = (table, why) => Log.StreamGap(log, table, why),
        };
    }

    /// <summary>How the followers stand.</summary>
    public IEnumerable<StreamFollowerStatus> Statuses => followers.Statuses;

    /// <summary>How many changes that streams told were writes of this process.</summary>
    public long OwnChanges => caching.Items.OwnChanges;

    /// <summary>Shows the figures as instruments.</summary>
    public void ShowOn(Metrics metrics)
    {
        Meter meter = metrics.Meter;
        TableLabels tables = metrics.Tables;
        meter.CreateObservableGauge(
            "daxproxy.stream.lag", () => ObserveLags(tables), "seconds", "How far behind a table's stream the caches are at most.");
        meter.CreateObservableGauge(
            "daxproxy.stream.fresh",
            () => Observe(tables, status => status.IsFresh ? 1 : 0, long.Min),
            null,
            "1 while what is cached of a table may be answered, as its stream is followed closely enough.");
        meter.CreateObservableCounter(
            "daxproxy.stream.records",
            () => Observe(tables, status => status.Records),
            null,
            "Records of streams that this process has read.");
        meter.CreateObservableCounter(
            "daxproxy.stream.gaps",
            () => Observe(tables, status => status.Gaps),
            null,
            "Gaps in streams, for each of which what was cached of the table was dropped.");
        meter.CreateObservableCounter(
            "daxproxy.stream.own_changes", () => OwnChanges, null, "Changes told by streams that were writes of this process.");
    }

    /// <inheritdoc/>
    public void Dispose() => followers.DisposeAsync().AsTask().GetAwaiter().GetResult();

    private static string Reason(StreamFollowerStatus status) => status.Fault switch
    {
        StreamFault.NoTable => "there is no such table",
        StreamFault.NoStream => "it has none; switch one on, with NEW_AND_OLD_IMAGES, "
            + "or set FollowStream to false for the table in section Tables",
        StreamFault.Backend => $"the backend does not let it be read ({FaultText.Code(status.FaultCode ?? "no answer")}); "
            + "allow dynamodb:DescribeStream, dynamodb:GetShardIterator and dynamodb:GetRecords",
        StreamFault.Group => "the group does not answer",
        _ => "reading it takes too long",
    };

    private IEnumerable<Measurement<double>> ObserveLags(TableLabels tables) => tables.Measure(
        from status in Statuses where status.Lag is not null select (status.TableName, status.Lag!.Value.TotalSeconds), double.Max);

    private IEnumerable<Measurement<long>> Observe(
        TableLabels tables, Func<StreamFollowerStatus, long> figure, Func<long, long, long>? join = null) =>
        tables.Measure(Statuses.Select(status => (status.TableName, figure(status))), join);
}
