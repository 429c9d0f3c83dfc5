using System.Text.Json.Serialization;
using DaxProxy.Load;
using DaxProxy.Recording;

namespace DaxProxy.Report;

/// <summary>A trace of real traffic as the load of a report. Immutable.</summary>
/// <remarks>
/// Each hash of a key becomes an item of the report's own table, those of a partition side by side, so that each item is asked for as
/// often and at the same moments as its original was. A page begins at an item of its partition and reads as many items as the original
/// showed. Batches and transactions of writes become as many writes; updates and deletions become writes, as a report's items carry
/// versions. All items have the mean size. What asks for nothing that is known (an empty batch) is left out.
/// </remarks>
internal sealed class ReplayTrace
{
    private const int MostItems = 10_000_000;
    private const int LeastItemBytes = 100;
    private const int MostItemBytes = 400_000;
    private const int MostPage = 1000;

    private readonly TimeSpan[] due;
    private readonly Draw[] draws;

    private ReplayTrace(Workload workload, double speed, TimeSpan[] due, Draw[] draws, TimeSpan duration)
    {
        Workload = workload;
        Speed = speed;
        this.due = due;
        this.draws = draws;
        Duration = duration;
        Keys = new TraceChooser([.. draws.Select(draw => draw.Item)]);
    }

    /// <summary>What it comes to: the items, their size, and the shares of what is done.</summary>
    [JsonIgnore]
    public Workload Workload { get; }

    /// <summary>How many times quicker than it came it is replayed.</summary>
    public double Speed { get; }

    /// <summary>From the beginning to the last request, at the speed of the replay.</summary>
    public TimeSpan Duration { get; }

    /// <summary>How many requests there are.</summary>
    public int Count => draws.Length;

    /// <summary>Requests a second.</summary>
    public double PerSecond => Count / Duration.TotalSeconds;

    /// <summary>Chooses items as often as the trace does.</summary>
    [JsonIgnore]
    public KeyChooser Keys { get; }

    /// <summary>What the request of this number asks for; past the end it begins again.</summary>
    public Draw this[long number] => draws[number % Count];

    /// <summary>When that request falls due, from the beginning of the trace.</summary>
    public TimeSpan DueAt(long number) => due[number % Count] + (number / Count * Duration);

    /// <summary>Number of the first request that is due at this time or later.</summary>
    public long FirstAt(TimeSpan time)
    {
        long laps = time.Ticks / Duration.Ticks;
        int at = Array.BinarySearch(due, time - (laps * Duration));
        at = at < 0 ? ~at : at;
        while (at > 0 && due[at - 1] >= time - (laps * Duration))
        {
            at--;
        }

        return (laps * Count) + at;
    }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="speed">How many times quicker than it came it is replayed.</param>
    /// <param name="mostWriters">How many connections may write at once.</param>
    /// <exception cref="ReportFault">It is no trace, or holds nothing that can be replayed.</exception>
    public static ReplayTrace Read(string path, double speed, int mostWriters)
    {
        try
        {
            return Of(Path.GetFileNameWithoutExtension(path), TraceFormat.Read(File.ReadLines(path)), speed, mostWriters);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ReportFault($"--trace {path}: cannot be read; name a file that daxproxy record wrote", fault);
        }
        catch (TraceFault fault)
        {
            throw new ReportFault($"--trace {path}: {fault.Message}; name a file that daxproxy record wrote", fault);
        }
    }

    /// <summary>Makes the load.</summary>
    /// <param name="name">What it is called.</param>
    /// <param name="records">The requests, by the time they came.</param>
    /// <param name="speed">How many times quicker than they came they are replayed.</param>
    /// <param name="mostWriters">How many connections may write at once.</param>
    /// <exception cref="TraceFault">There is nothing that can be replayed.</exception>
    public static ReplayTrace Of(string name, IReadOnlyList<TraceRecord> records, double speed, int mostWriters)
    {
        TraceItems items = new(records);
        List<(TimeSpan Due, Draw Draw)> load =
            [.. records.SelectMany(record => DrawsOf(record, items).Select(draw => (record.At / speed, draw)))];
        if (load.Count < 2 || load[^1].Due <= load[0].Due)
        {
            throw new TraceFault("holds too little to be replayed");
        }

        // It begins with its first request, and the pause before it begins again is one of its own.
        TimeSpan first = load[0].Due, span = load[^1].Due - first;
        TimeSpan duration = span + (span / load.Count);
        int count = Math.Max(items.Count, 2 * mostWriters);
        if (count > MostItems)
        {
            throw new TraceFault($"names {count} items, more than {MostItems}");
        }

        (long bytes, long sized) = SizesOf(records);
        int[] pages = [.. load.Where(one => one.Draw.Kind == RequestKind.Scan).Select(one => one.Draw.Most)];
        Workload workload = new()
        {
            Name = name,
            Items = count,
            ItemBytes = sized == 0 ? new Workload { Name = name }.ItemBytes : (int)Math.Clamp(bytes / sized, LeastItemBytes, MostItemBytes),
            Reads = ShareOf(RequestKind.Read),
            Updates = ShareOf(RequestKind.Write),
            Scans = ShareOf(RequestKind.Scan),
            ScanItems = pages.Length == 0 ? 1 : Math.Max(1, (int)Math.Round(pages.Average())),
        };
        return new ReplayTrace(workload, speed, [.. load.Select(one => one.Due - first)], [.. load.Select(one => one.Draw)], duration);

        double ShareOf(RequestKind kind) => (double)load.Count(one => one.Draw.Kind == kind) / load.Count;
    }

    private static IEnumerable<Draw> DrawsOf(TraceRecord record, TraceItems items)
    {
        if (record.Page is not null)
        {
            return [new Draw(RequestKind.Scan, items.FirstOf(record))
            {
                Most = Math.Clamp(record.Items, 1, MostPage), IsConsistent = record.IsConsistent,
            }];
        }

        int[] asked = [.. items.Of(record).Distinct()];
        return record.Operation is "BatchGetItem" or "TransactGetItems" && asked.Length > 1
            ? [new Draw(RequestKind.Read, asked[0]) { Batch = asked, IsConsistent = record.IsConsistent }]
            : record.Operation is "GetItem" or "BatchGetItem" or "TransactGetItems"
                ? asked.Select(item => new Draw(RequestKind.Read, item) { IsConsistent = record.IsConsistent })
                : asked.Select(item => new Draw(RequestKind.Write, item));
    }

    /// <summary>The bytes of the items that are known, and how many those are.</summary>
    private static (long Bytes, long Items) SizesOf(IReadOnlyList<TraceRecord> records)
    {
        IEnumerable<TraceRecord> sized = records.Where(record => record is { Bytes: > 0, Items: > 0 });
        return (sized.Sum(record => record.Bytes), sized.Sum(record => (long)record.Items));
    }

    /// <summary>Items as often as the requests are for them.</summary>
    private sealed class TraceChooser(int[] asked) : KeyChooser
    {
        public override int Next(Random random, int items) => asked[random.Next(asked.Length)];
    }
}
