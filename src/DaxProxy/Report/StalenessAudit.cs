using System.Diagnostics;
using DaxProxy.Load;

namespace DaxProxy.Report;

/// <summary>
/// Looks for stale reads: reads something consistently, straight at DynamoDB, then plainly at the target that is audited.
/// </summary>
/// <remarks>
/// Versions only grow, and the plain read begins after the consistent one has ended. So an older version in it is stale for sure, whenever
/// the load wrote. There is one exception: the newer version is of a write that has not been answered yet. No promise covers that case. A
/// stale read is repeated until it is as new. Several callers may look at once.
/// </remarks>
/// <param name="direct">DynamoDB itself.</param>
/// <param name="audited">The target that is audited; may be the same one.</param>
/// <param name="items">The items of that target.</param>
/// <param name="plan">The load that the reads are like.</param>
/// <param name="keys">What chooses the items.</param>
internal sealed class StalenessAudit(Target direct, Target audited, ItemSet items, ReportPlan plan, KeyChooser keys)
{
    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(2);

    private readonly Lock gate = new();
    private long looks;
    private long stale;
    private long unended;
    private TimeSpan longest;

    /// <summary>What was found so far.</summary>
    public AuditResult Result
    {
        get
        {
            lock (gate)
            {
                return new AuditResult(looks, stale, longest.TotalMilliseconds, unended);
            }
        }
    }

    /// <summary>Looks once in so long, until it is stopped.</summary>
    /// <param name="pause">How long between two looks.</param>
    /// <param name="seed">The same seed looks at the same.</param>
    /// <param name="stop">Ends it.</param>
    public async Task RunAsync(TimeSpan pause, int seed, CancellationToken stop)
    {
        using ReportClient consistent = new(direct), plain = new(audited);
        RequestBodies bodies = new(audited.Table, plan.ItemsOfPartition, plan.Workload.ItemBytes);
        Random random = new(seed);
        Workload workload = plan.Workload;
        double readers = workload.Reads + workload.ReadModifyWrites + workload.Scans;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                int item = keys.Next(random, items.Count);
                if (random.NextDouble() * readers < workload.Scans)
                {
                    byte[] consistently = bodies.Page(item, workload.ScanItems, isConsistent: true).ToArray();
                    byte[] plainly = bodies.Page(item, workload.ScanItems).ToArray();
                    await LookAsync(consistent, plain, "Query", consistently, plainly, workload.ScanItems, stop).ConfigureAwait(false);
                }
                else
                {
                    byte[] consistently = bodies.Get(item, isConsistent: true).ToArray();
                    byte[] plainly = bodies.Get(item).ToArray();
                    await LookAsync(consistent, plain, "GetItem", consistently, plainly, most: 1, stop).ConfigureAwait(false);
                }

                await Task.Delay(pause, TimeProvider.System, stop).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
            }
            catch (ReportFault)
            {
                // A broken connection is the load's to report; the next look opens another.
                await Task.Yield();
            }
        }
    }

    private async Task LookAsync(
        ReportClient consistent,
        ReportClient plain,
        string operation,
        byte[] consistently,
        byte[] plainly,
        int most,
        CancellationToken stop)
    {
        ClientReply truth = await consistent.SendAsync(operation, consistently, stop).ConfigureAwait(false);
        if (!truth.IsOk)
        {
            return;
        }

        ItemVersions expected = ItemVersions.Read(truth.Body).Settled(items);
        long from = Stopwatch.GetTimestamp();
        ClientReply seen = await plain.SendAsync(operation, plainly, stop).ConfigureAwait(false);
        if (!seen.IsOk)
        {
            return;
        }

        bool isStale = ItemVersions.Read(seen.Body).IsOlderThan(expected, most);
        lock (gate)
        {
            looks++;
            stale += isStale ? 1 : 0;
        }

        if (isStale)
        {
            await FollowAsync(plain, operation, plainly, expected, most, from, stop).ConfigureAwait(false);
        }
    }

    private async Task FollowAsync(
        ReportClient plain, string operation, byte[] plainly, ItemVersions expected, int most, long from, CancellationToken stop)
    {
        bool isFresh = false;
        try
        {
            while (!isFresh)
            {
                await Task.Delay(AskAgain, TimeProvider.System, stop).ConfigureAwait(false);
                ClientReply seen = await plain.SendAsync(operation, plainly, stop).ConfigureAwait(false);
                isFresh = seen.IsOk && !ItemVersions.Read(seen.Body).IsOlderThan(expected, most);
            }
        }
        finally
        {
            TimeSpan lasted = Stopwatch.GetElapsedTime(from);
            lock (gate)
            {
                longest = lasted > longest ? lasted : longest;
                unended += isFresh ? 0 : 1;
            }
        }
    }
}
