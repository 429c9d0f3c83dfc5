using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using DaxProxy.Engine.Maintenance;
using DaxProxy.Engine.Storage;
using Microsoft.Data.Sqlite;

namespace DaxProxy.Engine.Services;

/// <summary>The values of metrics, one cell a minute and metric, for fifteen days.</summary>
/// <remarks>
/// Thread-safe. What is added waits in memory for seconds, and a process that is killed loses it. Bounded: of more metrics, or more cells,
/// than there may be, the newest metrics and the oldest cells are not kept.
/// </remarks>
public sealed class MetricStore : IDisposable
{
    /// <summary>How many minutes are kept. Source: CloudWatch keeps values of one minute for 15 days.</summary>
    public const long KeptMinutes = 15 * 24 * 60;

    private const int MaxSeries = 10_000;
    private const long MaxCells = 2_000_000;

    /// <summary>How soon what waits is stored.</summary>
    private static readonly TimeSpan StoreInterval = TimeSpan.FromSeconds(10);

    private readonly ServiceStore store;
    private readonly TimeProvider time;
    private readonly ConcurrentDictionary<MetricId, MetricRecorder> series = new();
    private readonly MetricRecorder ignored;
    private readonly RecurringStep storing;
    private readonly Lock gate = new();
    private long trimmedAt;

    /// <summary>Goes on with what a store has.</summary>
    /// <param name="store">The store, which stays the caller's and has to outlive this.</param>
    /// <param name="time">The clock that minutes are counted by.</param>
    /// <param name="timers">The clock that decides how soon what waits is stored.</param>
    public MetricStore(ServiceStore store, TimeProvider time, TimeProvider timers)
    {
        (this.store, this.time) = (store, time);
        ignored = new MetricRecorder(MetricId.Of("", ""), 0, time);
        Load(MinuteOf(time.GetUtcNow()));
        storing = new RecurringStep(timers, StoreInterval, _ =>
        {
            Flush();
            return Task.CompletedTask;
        });
    }

    /// <summary>The metrics of which anything is kept.</summary>
    public IEnumerable<MetricId> Metrics => series.Keys;

    /// <summary>The minute of a time, counted from 1970.</summary>
    public static long MinuteOf(DateTimeOffset time) => time.ToUnixTimeSeconds() / 60;

    /// <summary>When a minute began.</summary>
    public static DateTimeOffset TimeOf(long minute) => DateTimeOffset.FromUnixTimeSeconds(minute * 60);

    /// <summary>Where values of a metric are added.</summary>
    public MetricRecorder Of(MetricId id)
    {
        if (series.TryGetValue(id, out MetricRecorder? known))
        {
            return known;
        }

        lock (gate)
        {
            if (series.Count >= MaxSeries)
            {
                // What is added to it is never read.
                ignored.Take();
                return ignored;
            }

            return series.GetOrAdd(id, static (id, store) => new MetricRecorder(id, store.NumberOf(id), store.time), this);
        }
    }

    /// <summary>Adds a value of now to a metric.</summary>
    public void Add(MetricId id, double value) => Of(id).Add(value);

    /// <summary>The cells of a metric in a span of minutes, in order; of minutes without values there are none.</summary>
    /// <param name="id">The metric.</param>
    /// <param name="from">The first minute.</param>
    /// <param name="to">The minute behind the last.</param>
    public IReadOnlyList<(long Minute, MetricCell Cell)> Read(MetricId id, long from, long to)
    {
        if (!series.TryGetValue(id, out MetricRecorder? known))
        {
            return [];
        }

        SortedDictionary<long, MetricCell> cells = [];
        store.Use(use =>
        {
            // Within the lock of the store, so that nothing is on its way from here to there.
            Statement rows = use.Statement("SELECT minute, cell FROM cells WHERE series = ?1 AND minute >= ?2 AND minute < ?3")
                .Bind(1, known.Number).Bind(2, from).Bind(3, to);
            while (rows.Step())
            {
                cells[rows.Int64(0)] = MemoryMarshal.Read<MetricCell>(rows.Blob(1));
            }

            rows.Reset();
            foreach ((long minute, MetricCell cell) in known.Waiting(from, to))
            {
                cells[minute] = cells.GetValueOrDefault(minute) + cell;
            }
        });
        return [.. cells.Select(cell => (cell.Key, cell.Value))];
    }

    /// <summary>Stores what waits, and forgets what is too old.</summary>
    public void Flush()
    {
        store.Change(use =>
        {
            foreach (MetricRecorder one in series.Values)
            {
                foreach ((long minute, MetricCell cell) in one.Take())
                {
                    Store(use, one.Number, minute, cell);
                }
            }
        });
        long now = MinuteOf(time.GetUtcNow());
        if (now - trimmedAt >= 60)
        {
            trimmedAt = now;
            Trim(now);
        }
    }

    /// <summary>Stores what waits.</summary>
    public void Dispose()
    {
        storing.Dispose();
        try
        {
            Flush();
        }
        catch (SqliteException)
        {
            // A full disk: the last seconds of metrics are not worth a process that cannot end.
        }
    }

    private static void Store(ServiceStore use, long number, long minute, MetricCell cell)
    {
        Statement find = use.Statement("SELECT cell FROM cells WHERE series = ?1 AND minute = ?2").Bind(1, number).Bind(2, minute);
        if (find.Step())
        {
            cell = MemoryMarshal.Read<MetricCell>(find.Blob(0)) + cell;
        }

        find.Reset();
        use.Statement("INSERT OR REPLACE INTO cells (series, minute, cell) VALUES (?1, ?2, ?3)")
            .Bind(1, number).Bind(2, minute).Bind(3, MemoryMarshal.AsBytes(new ReadOnlySpan<MetricCell>(in cell))).Run();
    }

    private void Load(long now) => store.Change(use =>
    {
        // A clock that went faster than this one has left values of times that are still to come.
        use.Statement("DELETE FROM cells WHERE minute > ?1").Bind(1, now).Run();

        // Not before: to what this process knows something may still be added.
        use.Statement("DELETE FROM series WHERE number NOT IN (SELECT series FROM cells)").Run();
        Statement rows = use.Statement("SELECT number, namespace, name, dimensions FROM series");
        while (rows.Step())
        {
            MetricId id = MetricId.Stored(rows.Text(1), rows.Text(2), rows.Text(3));
            series[id] = new MetricRecorder(id, rows.Int64(0), time);
        }

        rows.Reset();
    });

    private long NumberOf(MetricId id)
    {
        long number = 0;
        store.Change(use =>
        {
            use.Statement("INSERT OR IGNORE INTO series (namespace, name, dimensions) VALUES (?1, ?2, ?3)")
                .Bind(1, id.Namespace).Bind(2, id.Name).Bind(3, id.Key).Run();
            Statement row = use.Statement("SELECT number FROM series WHERE namespace = ?1 AND name = ?2 AND dimensions = ?3")
                .Bind(1, id.Namespace).Bind(2, id.Name).Bind(3, id.Key);
            row.Step();
            number = row.Int64(0);
            row.Reset();
        });
        return number;
    }

    private void Trim(long now) => store.Change(use =>
    {
        use.Statement("DELETE FROM cells WHERE minute < ?1").Bind(1, now - KeptMinutes).Run();
        Statement count = use.Statement("SELECT count(*) FROM cells");
        count.Step();
        long beyond = count.Int64(0) - MaxCells;
        count.Reset();
        if (beyond > 0)
        {
            use.Statement("DELETE FROM cells WHERE minute <= (SELECT minute FROM cells ORDER BY minute LIMIT 1 OFFSET ?1)")
                .Bind(1, beyond).Run();
        }
    });
}
