using System.Diagnostics.Metrics;
using DaxProxy.Core;
using DaxProxy.Core.Caching.Auditing;
using DaxProxy.Options;
using DaxProxy.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;

namespace DaxProxy.Backends;

/// <summary>The auditor of this process, with what it logs and counts. Thread-safe.</summary>
internal sealed class Auditing : IDisposable
{
    /// <summary>Between two lines of the log.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(1);

    private readonly HitAuditor auditor;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly Lock gate = new();
    private Histogram<double>? staleness;
    private DateTimeOffset? toldAt;
    private long silent;

    /// <summary>Begins to look.</summary>
    /// <param name="backend">The backend behind the caches.</param>
    /// <param name="caching">The caches.</param>
    /// <param name="options">The configuration.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where to log; null for nowhere.</param>
    public Auditing(IDynamoBackend backend, CacheLayer caching, ProxyOptions options, TimeProvider time, ILogger? logger)
    {
        this.time = time;
        this.logger = logger ?? NullLogger.Instance;

        // What another member has written may be on its way for as long as a write of unknown outcome.
        TimeSpan patience = options.Group.Redis.Length > 0 ? options.Group.GoneAfter + options.DoubtWindow : TimeSpan.Zero;
        auditor = new HitAuditor(
            backend,
            caching.Backend,
            caching.Items,
            caching.Pages,
            options.Auditor.SampleRate,
            options.Auditor.MaxUnitsPerSecond,
            patience,
            options.DoubtWindow,
            time)
        {
            OnStale = NoteStale,
        };
    }

    /// <summary>What was found, by the names of the tables.</summary>
    public IEnumerable<AuditFigures> Figures => auditor.Figures;

    /// <summary>How many answers were picked and not looked at.</summary>
    public long Lost => auditor.Lost;

    /// <summary>The capacity units that were read.</summary>
    public double Units => auditor.Units;

    /// <summary>Shows the figures as instruments.</summary>
    public void ShowOn(Metrics metrics)
    {
        Meter meter = metrics.Meter;
        meter.CreateObservableCounter(
            "daxproxy.audit.samples",
            () => Observe(metrics.Tables),
            null,
            "Answers of the caches that were read again, by what was found.");
        meter.CreateObservableCounter("daxproxy.audit.lost", () => Lost, null, "Answers that were picked and not read again.");
        meter.CreateObservableCounter("daxproxy.audit.capacity_units", () => Units, null, "Capacity units that these reads took.");
        staleness = meter.CreateHistogram<double>(
            "daxproxy.audit.staleness", "seconds", "How long an entry that was found stale was so at least.");
    }

    /// <inheritdoc/>
    public void Dispose() => auditor.DisposeAsync().AsTask().GetAwaiter().GetResult();

    private void NoteStale(string table, TimeSpan lasted)
    {
        staleness?.Record(lasted.TotalSeconds);
        long before;
        lock (gate)
        {
            if (time.GetUtcNow() < toldAt + Silence)
            {
                silent++;
                return;
            }

            (before, silent) = (silent, 0);
            toldAt = time.GetUtcNow();
        }

        Log.StaleEntry(logger, table, lasted.TotalSeconds, before);
    }

    private IEnumerable<Measurement<long>> Observe(TableLabels tables) =>
        Measure(tables, table => table.Equal, "equal")
            .Concat(Measure(tables, table => table.Stale, "stale")).Concat(Measure(tables, table => table.Unknown, "unknown"));

    private IEnumerable<Measurement<long>> Measure(TableLabels tables, Func<AuditFigures, long> figure, string verdict) =>
        tables.Measure(Figures.Select(table => (table.TableName, figure(table))), null, new("verdict", verdict));
}
