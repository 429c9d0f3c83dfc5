using System.Diagnostics;
using DaxProxy.Load;

namespace DaxProxy.Report;

/// <summary>What a run has on one of the targets. Owns its connections.</summary>
/// <param name="target">The target.</param>
/// <param name="direct">DynamoDB itself; may be the same.</param>
/// <param name="plan">The load.</param>
/// <param name="keys">What chooses the items; the same for both targets.</param>
internal sealed class TargetRun(Target target, Target direct, ReportPlan plan, KeyChooser keys) : IDisposable
{
    /// <summary>Between two looks of the audit beside a round: rare enough not to be felt.</summary>
    private static readonly TimeSpan AuditPause = TimeSpan.FromMilliseconds(20);

    /// <summary>Looks at once in the audit at the end.</summary>
    private const int Auditors = 8;

    /// <summary>Servers close what is idle; DynamoDB and the proxy wait longer than this.</summary>
    private static readonly TimeSpan LongestIdle = TimeSpan.FromSeconds(20);

    /// <summary>How long after the end of an open loop what could not be sent in time is still sent.</summary>
    private static readonly TimeSpan Backlog = TimeSpan.FromSeconds(1);

    private readonly ItemSet items = new(plan.Workload.Items);
    private LoadConnection[] connections = [];
    private long usedAt;

    /// <summary>The target.</summary>
    public Target Target { get; } = target;

    /// <summary>What looks for stale reads here.</summary>
    public StalenessAudit Audit => field ??= new StalenessAudit(direct, Target, items, plan, keys);

    /// <summary>Runs the load for a while, with audits beside it, which are as many on both targets.</summary>
    /// <param name="phase">The phase.</param>
    /// <param name="index">Which round of it; both targets' rounds of one number ask for the same.</param>
    /// <param name="count">On how many connections.</param>
    /// <param name="duration">How long.</param>
    /// <param name="lateness">Where it is counted how late the requests of an open loop were sent; null for a closed loop.</param>
    /// <param name="stop">Ends it early.</param>
    public async Task<Round> RunAsync(
        Phase phase,
        int index,
        int count,
        TimeSpan duration,
        List<Telemetry.LatencySnapshot>? lateness,
        CancellationToken stop)
    {
        await OpenAsync(count, stop).ConfigureAwait(false);
        int seed = SeedOf(plan, phase, index);
        Tally tally = new(duration);
        long first = plan.Trace?.FirstAt(index * duration) ?? 0;
        TraceDraws.Turns turns = new(first);
        LoadDriver driver = new(
            connections,
            [
                .. Enumerable.Range(seed, count).Select(own => new RequestSource(
                    Target,
                    items,
                    plan,
                    plan.Trace is { } trace ? new TraceDraws(trace, turns, own) : new MixDraws(plan.Workload, keys, own),
                    tally)),
            ]);
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task audits = phase == Phase.Audit
            ? Task.WhenAll(Enumerable.Range(0, Auditors).Select(auditor => Audit.RunAsync(TimeSpan.Zero, seed - auditor, over.Token)))
            : phase == Phase.Warm ? Audit.RunAsync(AuditPause, seed, over.Token) : Task.CompletedTask;
        try
        {
            over.CancelAfter(duration + Backlog);
            long startedAt = Stopwatch.GetTimestamp();
            TimeSpan used = Environment.CpuUsage.TotalTime;
            Task<double> load = lateness is null ? driver.RunAsync(duration, over.Token)
                : plan.Trace is { } traced ? driver.RunOpenAsync(
                    turn => traced.DueAt(first + turn) - (index * duration),
                    traced.FirstAt((index + 1) * duration) - first,
                    over.Token)
                : driver.RunOpenAsync(plan.Rate, duration, over.Token);
            double perSecond = await Target.WaitAsync(load, duration + Target.Patience, stop).ConfigureAwait(false);
            lateness?.Add(driver.Lateness.Snapshot());
            double cores = (Environment.CpuUsage.TotalTime - used) / Stopwatch.GetElapsedTime(startedAt);
            return tally.ToRound(phase, Target.IsProxied, index, count, perSecond, cores);
        }
        finally
        {
            usedAt = Stopwatch.GetTimestamp();
            await over.CancelAsync().ConfigureAwait(false);
            await audits.ConfigureAwait(false);
        }
    }

    /// <summary>Far from those of other rounds; one for each connection comes after it.</summary>
    public static int SeedOf(ReportPlan plan, Phase phase, int index) => (plan.Seed * 1_000_003) + ((int)phase * 100_000) + (index * 2_000);

    /// <inheritdoc/>
    public void Dispose() => Array.ForEach(connections, connection => connection.Dispose());

    /// <summary>So many connections, those of before where they can be relied on.</summary>
    private async Task OpenAsync(int count, CancellationToken stop)
    {
        if (connections.Length != count || Stopwatch.GetElapsedTime(usedAt) > LongestIdle)
        {
            Dispose();
            connections = await Target.OpenAsync(count, stop).ConfigureAwait(false);
        }
    }
}
