using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DaxProxy.Engine.Maintenance;
using DaxProxy.Engine.Storage;
using Microsoft.Data.Sqlite;

namespace DaxProxy.Engine.Services;

/// <summary>The values of metrics, one cell a minute and metric, for fifteen days.</summary>
/// <remarks>
/// Thread-safe. What is added waits in memory for seconds, and a process that is killed loses it. Adding never waits for the disk.
/// Bounded: of more metrics, or more cells, than there may be, the newest metrics and the oldest cells are not kept. A metric of which
/// nothing is kept any more makes room for another. What clients put has bounds of its own, so it cannot displace what is measured here.
/// </remarks>
public sealed class MetricStore : IDisposable
{
    /// <summary>How many minutes are kept. Source: CloudWatch keeps values of one minute for 15 days.</summary>
    public const long KeptMinutes = 15 * 24 * 60;

    /// <summary>Most metrics of clients, which have namespaces of their own.</summary>
    internal const int MaxClientSeries = 5_000;

    /// <summary>Most characters of the names of all metrics of clients.</summary>
    private const long MaxClientChars = 8_000_000;

    private const int MaxOwnSeries = 10_000;
    private const long MaxCells = 2_000_000;

    /// <summary>How soon what waits is stored.</summary>
    private static readonly TimeSpan StoreInterval = TimeSpan.FromSeconds(10);

    private readonly ServiceStore store;
    private readonly TimeProvider time;
    private readonly ConcurrentDictionary<MetricId, MetricRecorder> series = new();
    private readonly MetricRecorder ignored;
    private readonly RecurringStep storing;
    private readonly Lock gate = new();
    private int ownSeries;
    private int clientSeries;
    private long clientChars;
    private bool hasBeenFull;
    private bool isDisposed;
    private long trimmedAt;

    /// <summary>Goes on with what a store has.</summary>
    /// <param name="store">The store, which stays the caller's and has to outlive this.</param>
    /// <param name="time">The clock that minutes are counted by.</param>
    /// <param name="timers">The clock that decides how soon what waits is stored.</param>
    public MetricStore(ServiceStore store, TimeProvider time, TimeProvider timers)
    {
        (this.store, this.time) = (store, time);
        ignored = new MetricRecorder(MetricId.Of("", ""), 0, time);
        ignored.TryRetire();
        Load(MinuteOf(time.GetUtcNow()));
        storing = new RecurringStep(timers, StoreInterval, _ =>
        {
            Flush();
            return Task.CompletedTask;
        });
    }

    /// <summary>Called the first time that there are too many metrics, with the one that is not kept.</summary>
    public Action<MetricId>? IsFull { get; set; }

    /// <summary>The metrics of which anything is kept.</summary>
    public IEnumerable<MetricId> Metrics => series.Keys;

    /// <summary>The minute of a time, counted from 1970.</summary>
    public static long MinuteOf(DateTimeOffset time) => time.ToUnixTimeSeconds() / 60;

    /// <summary>When a minute began.</summary>
    public static DateTimeOffset TimeOf(long minute) => DateTimeOffset.FromUnixTimeSeconds(minute * 60);

    /// <summary>Where values of a metric are added. Takes no time worth mentioning, whatever the disk does.</summary>
    public MetricRecorder Of(MetricId id)
    {
        if (series.TryGetValue(id, out MetricRecorder? known))
        {
            return known;
        }

        bool isFirstTime;
        lock (gate)
        {
            if (series.TryGetValue(id, out known))
            {
                return known;
            }

            if (IsOwn(id) ? ownSeries < MaxOwnSeries : clientSeries < MaxClientSeries && clientChars + CharsOf(id) <= MaxClientChars)
            {
                return Keep(new MetricRecorder(id, 0, time));
            }

            isFirstTime = !hasBeenFull;
            hasBeenFull = true;
        }

        if (isFirstTime)
        {
            IsFull?.Invoke(id);
        }

        // What is added to it is lost.
        return ignored;
    }

    /// <summary>Adds a value of now to a metric.</summary>
    public void Add(MetricId id, double value) => Of(id).Add(value);

    /// <summary>Adds what a client has seen in a minute, which may be any one. Stores what waits where there is no room for more.</summary>
    /// <exception cref="SqliteException">It could not be stored.</exception>
    public void Add(MetricId id, long minute, MetricCell cell)
    {
        if (!Of(id).Add(minute, cell))
        {
            Flush();
            Of(id).Add(minute, cell);
        }
    }

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
            // Within the lock of the store, so that nothing is on its way from here to there. Of number 0 there are no rows.
            Statement rows = use.Statement("SELECT minute, cell FROM cells WHERE series = ?1 AND minute >= ?2 AND minute < ?3")
                .Bind(1, known.Number).Bind(2, from).Bind(3, to);
            while (rows.Step())
            {
                cells[rows.Int64(0)] = CellOf(rows.Blob(1));
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
    /// <exception cref="SqliteException">It could not be stored, and waits as before.</exception>
    public void Flush()
    {
        List<(MetricRecorder Recorder, bool IsNew, List<(long Minute, MetricCell Cell)> Cells)> taken = [];
        store.Change(
            use =>
            {
                foreach (MetricRecorder one in series.Values)
                {
                    List<(long Minute, MetricCell Cell)> cells = one.Take();
                    if (cells.Count > 0)
                    {
                        taken.Add((one, one.Number == 0, cells));
                        one.Number = one.Number == 0 ? NumberOf(use, one.Id) : one.Number;
                        cells.ForEach(cell => Store(use, one.Number, cell.Minute, cell.Cell));
                    }
                }
            },
            () =>
            {
                foreach ((MetricRecorder one, bool isNew, List<(long Minute, MetricCell Cell)> cells) in taken)
                {
                    one.Number = isNew ? 0 : one.Number;
                    one.GiveBack(cells);
                }
            });
        long now = MinuteOf(time.GetUtcNow());
        store.Use(_ =>
        {
            if (now - trimmedAt >= 60)
            {
                Trim(now);
                trimmedAt = now;
            }
        });
    }

    /// <summary>Stores what waits.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref isDisposed, true))
        {
            return;
        }

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

    /// <summary>Whether a metric is measured here, and not put by a client, which may not use such namespaces.</summary>
    private static bool IsOwn(MetricId id) => id.Namespace.StartsWith("AWS/", StringComparison.Ordinal);

    private static int CharsOf(MetricId id) => id.Namespace.Length + id.Name.Length + id.Key.Length;

    /// <summary>A cell as it is stored; an empty one where the bytes are none.</summary>
    private static MetricCell CellOf(ReadOnlySpan<byte> stored) =>
        stored.Length == Unsafe.SizeOf<MetricCell>() ? MemoryMarshal.Read<MetricCell>(stored) : default;

    private static long NumberOf(ServiceStore use, MetricId id)
    {
        use.Statement("INSERT OR IGNORE INTO series (namespace, name, dimensions) VALUES (?1, ?2, ?3)")
            .Bind(1, id.Namespace).Bind(2, id.Name).Bind(3, id.Key).Run();
        Statement row = use.Statement("SELECT number FROM series WHERE namespace = ?1 AND name = ?2 AND dimensions = ?3")
            .Bind(1, id.Namespace).Bind(2, id.Name).Bind(3, id.Key);
        row.Step();
        long number = row.Int64(0);
        row.Reset();
        return number;
    }

    private static void Store(ServiceStore use, long number, long minute, MetricCell cell)
    {
        Statement find = use.Statement("SELECT cell FROM cells WHERE series = ?1 AND minute = ?2").Bind(1, number).Bind(2, minute);
        if (find.Step())
        {
            cell = CellOf(find.Blob(0)) + cell;
        }

        find.Reset();
        use.Statement("INSERT OR REPLACE INTO cells (series, minute, cell) VALUES (?1, ?2, ?3)")
            .Bind(1, number).Bind(2, minute).Bind(3, MemoryMarshal.AsBytes(new ReadOnlySpan<MetricCell>(in cell))).Run();
    }

    private void Load(long now) => store.Change(use =>
    {
        // A clock that went faster than this one has left values of times that are still to come.
        use.Statement("DELETE FROM cells WHERE minute > ?1").Bind(1, now).Run();
        use.Statement("DELETE FROM series WHERE number NOT IN (SELECT series FROM cells)").Run();
        Statement rows = use.Statement("SELECT number, namespace, name, dimensions FROM series");
        while (rows.Step())
        {
            Keep(new MetricRecorder(MetricId.Stored(rows.Text(1), rows.Text(2), rows.Text(3)), rows.Int64(0), time));
        }

        rows.Reset();
    });

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

        HashSet<long> empty = [];
        Statement rows = use.Statement("SELECT number FROM series WHERE number NOT IN (SELECT series FROM cells)");
        while (rows.Step())
        {
            empty.Add(rows.Int64(0));
        }

        rows.Reset();
        foreach (MetricRecorder one in series.Values.Where(one => empty.Contains(one.Number)))
        {
            if (TryForget(one))
            {
                use.Statement("DELETE FROM series WHERE number = ?1").Bind(1, one.Number).Run();
            }
        }
    });

    /// <summary>Keeps a recorder. For use within the lock, or before there is another caller.</summary>
    private MetricRecorder Keep(MetricRecorder recorder)
    {
        series[recorder.Id] = recorder;
        Count(recorder.Id, 1);
        return recorder;
    }

    /// <summary>Forgets a recorder of which nothing is stored, unless something waits in it.</summary>
    private bool TryForget(MetricRecorder recorder)
    {
        lock (gate)
        {
            if (!recorder.TryRetire())
            {
                return false;
            }

            series.TryRemove(recorder.Id, out _);
            Count(recorder.Id, -1);
            return true;
        }
    }

    private void Count(MetricId id, int one)
    {
        if (IsOwn(id))
        {
            ownSeries += one;
            return;
        }

        clientSeries += one;
        clientChars += one * CharsOf(id);
    }
}
