using DaxProxy.Recording;
using DaxProxy.Report;

namespace DaxProxy.Capacity;

/// <summary>A trace of real traffic as a load. The file is read again each time it is gone through, a line at a time.</summary>
/// <param name="path">The file that <c>daxproxy record</c> wrote.</param>
/// <param name="onlyTable">The table to look at; null for all.</param>
internal sealed class TraceLoad(string path, string? onlyTable) : CapacityLoad
{
    /// <summary>Each table has meters of its own in each mode.</summary>
    private const int MaxTables = 50;

    /// <summary>What an item counts as whose size a trace does not tell, before any other of its table was seen.</summary>
    private const int UsualItemBytes = 400;

    private const int ReportEvery = 10_000;

    private readonly List<string> tables = [];

    /// <inheritdoc/>
    public override string Description =>
        $"trace {Path.GetFileName(path)}{(onlyTable is null ? "" : $", table {onlyTable}")}";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Tables => tables;

    /// <inheritdoc/>
    public override IEnumerable<string> Assumptions =>
    [
        "Requests come when they were recorded. What was refused or failed then is not in a trace.",
        "A page consumes what it showed: what a filter left out is not in a trace, and was paid for.",
        "A deletion, and an update whose result was not known, count as the mean item of their table so far. "
            + "Indexes are not in a trace, so what writes cost of them is left out.",
        "A cached page of a table is void after any write to its partition, which is coarser than the proxy. "
            + "A page of an index is kept to the end of its life, as a trace does not tell which writes change it.",
    ];

    /// <inheritdoc/>
    public override IEnumerable<CapacityRequest> Requests(Action<double> reach)
    {
        using StreamReader file = Open();
        Dictionary<string, int> numbers = new(StringComparer.Ordinal);
        List<(long Bytes, long Items)> sizes = [];
        TimeSpan? first = null;
        TimeSpan now = TimeSpan.Zero;
        long count = 0;
        foreach (TraceRecord record in Records(file))
        {
            if (count++ % ReportEvery == 0)
            {
                reach((double)file.BaseStream.Position / Math.Max(1, file.BaseStream.Length));
            }

            if (onlyTable is not null && record.Table != onlyTable)
            {
                continue;
            }

            if (!numbers.TryGetValue(record.Table, out int table))
            {
                numbers.Add(record.Table, table = numbers.Count);
                sizes.Add(default);
                NoteTable(record.Table);
            }

            // Lines stand in the order of the answers, which is nearly that of the requests.
            first ??= record.At;
            now = record.At - first.Value > now ? record.At - first.Value : now;
            if (record is { Items: > 0, Bytes: > 0, Page: null })
            {
                sizes[table] = (sizes[table].Bytes + record.Bytes, sizes[table].Items + record.Items);
            }

            (long bytes, long items) = sizes[table];
            if (RequestOf(record, now, table, items == 0 ? UsualItemBytes : (int)Math.Clamp(bytes / items, 1, int.MaxValue)) is { } request)
            {
                yield return request;
            }
        }

        if (numbers.Count == 0)
        {
            throw new ReportFault(onlyTable is null
                ? $"--trace {path}: holds no requests; record for longer, or when there is traffic"
                : $"--table {onlyTable}: is not in {path}; name a table of the trace, or leave it out");
        }
    }

    private static CapacityRequest? RequestOf(TraceRecord record, TimeSpan now, int table, int usualBytes)
    {
        if (record.Page is { } page)
        {
            ulong scope = record.Partitions is [{ } read] ? NumberOf(read) : WholeOf(table);
            CapacityItem all = new(NumberOf(page, (ulong)table), scope, (int)Math.Min(record.Bytes, int.MaxValue));
            return new CapacityRequest(now, table, CapacityKind.Page, [all]) { IsConsistent = record.IsConsistent, Scopes = [scope] };
        }

        CapacityKind? kind = record.Operation switch
        {
            "GetItem" or "BatchGetItem" or "TransactGetItems" => CapacityKind.Read,
            "PutItem" or "UpdateItem" or "BatchWriteItem" or "TransactWriteItems" => CapacityKind.Write,
            "DeleteItem" => CapacityKind.Delete,
            _ => null,
        };
        if (kind is not { } what || record.Keys.Count == 0)
        {
            return null;
        }

        bool isRead = what == CapacityKind.Read;
        int each = record is { Items: > 0, Bytes: > 0 } ? (int)Math.Min(record.Bytes / record.Items, int.MaxValue)
            : isRead ? 0
            : usualBytes;
        CapacityItem[] items = new CapacityItem[record.Keys.Count];
        for (int at = 0; at < items.Length; at++)
        {
            ulong partition = NumberOf(at < record.Partitions.Count ? record.Partitions[at] : record.Keys[at]);

            // Of a batch it is known how many items were there, not which.
            items[at] = new CapacityItem(NumberOf(record.Keys[at], (ulong)table), partition, !isRead || at < record.Items ? each : 0);
        }

        return new CapacityRequest(now, table, what, items)
        {
            IsConsistent = record.IsConsistent,
            IsTransaction = record.Operation is "TransactGetItems" or "TransactWriteItems",
            Scopes = isRead ? [] : [WholeOf(table), .. items.Select(item => item.Partition).Distinct()],
        };
    }

    /// <summary>What a scan reads of.</summary>
    private static ulong WholeOf(int table) => NumberOf("whole", (ulong)table);

    private void NoteTable(string table)
    {
        if (tables.Contains(table))
        {
            return;
        }

        tables.Add(table);
        if (tables.Count > MaxTables)
        {
            throw new ReportFault($"--trace {path}: has more than {MaxTables} tables; choose one with --table");
        }
    }

    private IEnumerable<TraceRecord> Records(StreamReader file)
    {
        using IEnumerator<TraceRecord> records = TraceFormat.Stream(Lines(file)).GetEnumerator();
        while (Next())
        {
            yield return records.Current;
        }

        bool Next()
        {
            try
            {
                return records.MoveNext();
            }
            catch (TraceFault fault)
            {
                throw new ReportFault($"--trace {path}: {fault.Message}; name a file that daxproxy record wrote", fault);
            }
        }
    }

    private static IEnumerable<string> Lines(StreamReader file)
    {
        while (file.ReadLine() is { } line)
        {
            yield return line;
        }
    }

    private StreamReader Open()
    {
        try
        {
            return File.OpenText(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ReportFault($"--trace {path}: cannot be read; name a file that daxproxy record wrote", fault);
        }
    }
}
