using System.Collections.Concurrent;
using DaxProxy.Core.Errors;
using DaxProxy.Engine.Catalog;
using DaxProxy.Engine.Storage;

namespace DaxProxy.Engine.Throughput;

/// <summary>
/// Counts what requests consume, and refuses what exceeds the throughput of a table or of a global index. A request is judged when it is
/// known what it consumes, and before anything of it can be seen: while every limit that it falls under has units left, it takes all it
/// needs, and else it takes nothing.
/// </summary>
/// <remarks>
/// Thread-safe: one lock, which is held for arithmetic only and under which no other is taken. All it knows is lost when the process ends;
/// the tables are then as new ones.
/// </remarks>
/// <param name="catalog">The tables there are.</param>
/// <param name="isEnforced">Whether a table's limits count; null where those of none do.</param>
/// <param name="meter">Where it is counted; null for nowhere.</param>
/// <param name="calendar">The clock that tables have the time of their making from.</param>
/// <param name="time">The clock that units flow by, which may be a faster one.</param>
internal sealed class ThroughputGuard(
    EngineCatalog catalog, Func<string, bool>? isEnforced, ConsumptionMeter? meter, TimeProvider calendar, TimeProvider time)
{
    private const int MostVerdicts = 10_000;

    private readonly Lock gate = new();

    /// <summary>What the options say of tables. A table whose limits do not count must not pay for those of others.</summary>
    private readonly ConcurrentDictionary<string, bool> verdicts = new();
    private readonly Dictionary<long, TableMeters> tables = [];
    private readonly long startedAt = time.GetTimestamp();
    private readonly long openedAt = calendar.GetTimestamp();

    /// <summary>How many requests of each table were refused so far, its reads and its writes.</summary>
    public IReadOnlyList<RefusedRequests> Refused
    {
        get
        {
            lock (gate)
            {
                return
                [
                    .. tables.Values.Select(
                        meters => new RefusedRequests(meters.Table.Name, meters.Refused.Reads, meters.Refused.Writes)),
                ];
            }
        }
    }

    /// <summary>Whether a table's limits count.</summary>
    public bool IsEnforced(string tableName)
    {
        if (isEnforced is null)
        {
            return false;
        }

        if (verdicts.Count >= MostVerdicts)
        {
            verdicts.Clear();
        }

        return verdicts.GetOrAdd(tableName, isEnforced);
    }

    /// <summary>Counts what a table has from now on, where its limits count.</summary>
    /// <param name="before">The table as it was: what it has saved until now it has saved at that rate.</param>
    /// <param name="table">The table as it is.</param>
    public void Show(EngineTable before, EngineTable table)
    {
        lock (gate)
        {
            TimeSpan now = time.GetElapsedTime(startedAt);
            MetersOf(before, now)?.Configure(table, now);
        }
    }

    /// <summary>Takes what a read needs and counts it. Returns the refusal, with which nothing is taken, or null.</summary>
    public DynamoError? Charge(params ReadOnlySpan<Share> shares)
    {
        DynamoError? refusal = TryTake(shares);
        if (refusal is null)
        {
            Note(shares);
        }

        return refusal;
    }

    /// <summary>Counts what was consumed.</summary>
    public void Note(ReadOnlySpan<Share> shares)
    {
        if (meter is not null)
        {
            foreach (ref readonly Share share in shares)
            {
                meter.Note(share);
            }
        }
    }

    /// <summary>Counts what a write has consumed of a table whose limits do not count, once it is committed.</summary>
    /// <param name="effect">What the write did.</param>
    /// <param name="row">Where the item lies.</param>
    public void NoteWrite(WriteEffect effect, RowKey row)
    {
        if (meter is not null)
        {
            Note(Share.OfWrite(effect, row, 1));
        }
    }

    /// <summary>Takes what a request needs. Returns the refusal, with which nothing is taken, or null.</summary>
    public DynamoError? TryTake(params ReadOnlySpan<Share> shares)
    {
        if (!IsAnyEnforced(shares))
        {
            return null;
        }

        DynamoError? refusal;
        List<(Share, ThroughputLimit)>? closed = null;
        lock (gate)
        {
            TimeSpan now = time.GetElapsedTime(startedAt);
            refusal = Judge(shares, now, ref closed);
            if (refusal is null)
            {
                Take(shares, now);
            }
        }

        NoteThrottled(closed);
        return refusal;
    }

    /// <summary>Takes what the parts of a transaction need. Returns the refusal of each, with which nothing is taken, or null.</summary>
    public List<DynamoError?>? TryTakeAll(IReadOnlyList<Share[]> parts)
    {
        if (isEnforced is null)
        {
            return null;
        }

        List<DynamoError?> refusals = [];
        List<(Share, ThroughputLimit)>? closed = null;
        lock (gate)
        {
            TimeSpan now = time.GetElapsedTime(startedAt);
            foreach (Share[] part in parts)
            {
                refusals.Add(Judge(part, now, ref closed));
            }

            if (closed is null)
            {
                foreach (Share[] part in parts)
                {
                    Take(part, now);
                }
            }
        }

        NoteThrottled(closed);
        return closed is null ? null : refusals;
    }

    /// <summary>Puts back what was taken for nothing.</summary>
    public void PutBack(IEnumerable<Share> shares)
    {
        if (isEnforced is null)
        {
            return;
        }

        lock (gate)
        {
            TimeSpan now = time.GetElapsedTime(startedAt);
            foreach (Share share in shares)
            {
                MeterOf(share, now)?.PutBack(share.Partition, share.Units);
            }
        }
    }

    /// <summary>Counts requests that were refused, which is not done under the lock.</summary>
    private void NoteThrottled(List<(Share Share, ThroughputLimit Limit)>? closed)
    {
        if (meter is not null)
        {
            closed?.ForEach(one => meter.NoteThrottled(one.Share, one.Limit));
        }
    }

    private DynamoError? Judge(ReadOnlySpan<Share> shares, TimeSpan now, ref List<(Share Share, ThroughputLimit Limit)>? closed)
    {
        ThroughputLimit? first = null;
        List<ThrottlingReason>? reasons = null;
        foreach (Share share in shares)
        {
            if (MeterOf(share, now)?.FindClosed(share.Partition, now) is { } limit)
            {
                first ??= limit;
                (closed ??= []).Add((share, limit));
                (reasons ??= []).Add(ThrottlingReason.Of(limit, share.Index is not null, share.IsWrite, ArnOf(share)));
            }
        }

        if (reasons is null)
        {
            return null;
        }

        TableMeters meters = tables[shares[0].Table.Id];
        (long reads, long writes) = meters.Refused;
        meters.Refused = shares[0].IsWrite ? (reads, writes + 1) : (reads + 1, writes);
        return ThroughputFaults.Exceeded(first!.Value, meters.Table.Definition.BillingMode == "PAY_PER_REQUEST", reasons);
    }

    private void Take(ReadOnlySpan<Share> shares, TimeSpan now)
    {
        foreach (Share share in shares)
        {
            MeterOf(share, now)?.Take(share.Partition, share.Units, now);
        }
    }

    private bool IsAnyEnforced(ReadOnlySpan<Share> shares)
    {
        foreach (Share share in shares)
        {
            if (IsEnforced(share.Table.Name))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What is known of a table, from now on if nothing was; null where its limits do not count.</summary>
    private TableMeters? MetersOf(EngineTable table, TimeSpan now)
    {
        if (tables.TryGetValue(table.Id, out TableMeters? meters) || !IsEnforced(table.Name))
        {
            return meters;
        }

        foreach (TableMeters gone in tables.Values.Where(known => catalog.FindAny(known.Table.Name, out _)?.Id != known.Table.Id).ToList())
        {
            tables.Remove(gone.Table.Id);
        }

        tables.Add(table.Id, meters = new TableMeters(table, BeginOf(table, now)));
        return meters;
    }

    private UnitMeter? MeterOf(Share share, TimeSpan now)
    {
        EngineTable table = share.Table;
        if (MetersOf(table, now) is not { } meters)
        {
            return null;
        }

        // A request that began before a change of the table must not undo it.
        if (!ReferenceEquals(meters.Table, table) && catalog.Shows(table))
        {
            meters.Configure(table, now);
        }

        return meters.Of(share);
    }

    /// <summary>Since when a table saves what it does not use: since it was made, or the process began.</summary>
    private TimeSpan BeginOf(EngineTable table, TimeSpan now)
    {
        TimeSpan age = calendar.GetUtcNow() - table.Definition.CreationDateTime, open = calendar.GetElapsedTime(openedAt);
        return age <= TimeSpan.Zero ? now : age < open ? now * (1 - (age / open)) : TimeSpan.Zero;
    }

    private static string ArnOf(Share share) => share.Index is null
        ? share.Table.Definition.TableArn
        : share.Table.Definition.GlobalSecondaryIndexes.First(index => index.Definition.IndexName == share.Index).IndexArn;
}
