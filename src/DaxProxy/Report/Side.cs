using DaxProxy.Load;

namespace DaxProxy.Report;

/// <summary>What a run has on one of the ways. Owns its connections.</summary>
/// <param name="way">The way.</param>
/// <param name="direct">The way straight to DynamoDB; may be the same.</param>
/// <param name="plan">The load.</param>
/// <param name="keys">What chooses the items; the same for both sides.</param>
internal sealed class Side(Way way, Way direct, ReportPlan plan, KeyChooser keys) : IDisposable
{
    /// <summary>Between two looks of the audit beside a round: seldom enough not to be felt.</summary>
    private static readonly TimeSpan AuditPause = TimeSpan.FromMilliseconds(20);

    /// <summary>Looks at once in the audit at the end.</summary>
    private const int Auditors = 8;

    private readonly ItemSet items = new(plan.Workload.Items);
    private LoadConnection[] connections = [];

    /// <summary>The way.</summary>
    public Way Way { get; } = way;

    /// <summary>What looks for stale reads here.</summary>
    public StalenessAudit Audit => field ??= new StalenessAudit(direct, Way, items, plan, keys);

    /// <summary>Opens as many connections as any round needs.</summary>
    public async Task OpenAsync(CancellationToken stop) =>
        connections = await Way.OpenAsync(Math.Max(plan.Connections, ReportPlan.SweepConnections.Max()), stop).ConfigureAwait(false);

    /// <summary>Runs the load for a while, with audits beside it, which are as many on both sides.</summary>
    /// <param name="phase">Of which phase.</param>
    /// <param name="index">Which round of it; both sides' rounds of one number ask for the same.</param>
    /// <param name="count">On how many connections.</param>
    /// <param name="duration">How long.</param>
    /// <param name="lateness">Where it is counted how late the requests of an open loop were sent; null for a closed loop.</param>
    /// <param name="stop">Ends it early.</param>
    public async Task<Round> RunAsync(Phase phase, int index, int count, TimeSpan duration, List<Telemetry.LatencySnapshot>? lateness, CancellationToken stop)
    {
        int seed = SeedOf(phase, index);
        Tally tally = new(duration);
        LoadDriver driver = new(
            connections[..count],
            [.. Enumerable.Range(0, count).Select(connection => new MixSource(Way, items, plan, keys, tally, seed + connection))]);
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task audits = phase == Phase.Audit
            ? Task.WhenAll(Enumerable.Range(0, Auditors).Select(auditor => Audit.RunAsync(TimeSpan.Zero, seed - auditor, over.Token)))
            : phase == Phase.Warm ? Audit.RunAsync(AuditPause, seed, over.Token) : Task.CompletedTask;
        try
        {
            Task<double> load = lateness is null ? driver.RunAsync(duration, stop) : driver.RunOpenAsync(plan.Rate, duration, stop);
            double perSecond = await Way.WaitAsync(load, duration + Way.Patience, stop).ConfigureAwait(false);
            lateness?.Add(driver.Lateness.Snapshot());
            return tally.ToRound(phase, Way.IsProxied, index, count, perSecond);
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            await audits.ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Array.ForEach(connections, connection => connection.Dispose());

    /// <summary>Far from those of other rounds; one for each connection comes after it.</summary>
    private int SeedOf(Phase phase, int index) => (plan.Seed * 1_000_003) + ((int)phase * 100_000) + (index * 2_000);
}
