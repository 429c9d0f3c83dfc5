using System.Net;
using System.Security.Cryptography;
using Amazon.Runtime;
using DaxProxy.Load;
using DaxProxy.Telemetry;

namespace DaxProxy.Report;

/// <summary>One run: makes and fills two tables, lets the two targets take turns, and removes the tables, also after a failure.</summary>
/// <param name="plan">What to do.</param>
/// <param name="progress">Where it says how far it is.</param>
/// <param name="time">The clock that requests are signed by.</param>
internal sealed class ReportRun(ReportPlan plan, Progress progress, TimeProvider time)
{
    private const double FillShare = 0.1;
    private const double MostDaxShare = 0.15;

    private readonly List<Round> rounds = [];
    private readonly List<LatencySnapshot>? lateness = plan.Rate > 0 ? [] : null;

    /// <summary>Measures.</summary>
    /// <exception cref="ReportFault">It cannot be done.</exception>
    public async Task<Measurement> RunAsync(CancellationToken stop)
    {
        AWSCredentials credentials = ReportCredentials.Find(plan.Direct);
        string tables = "daxproxy-report-" + RandomNumberGenerator.GetHexString(8, lowercase: true);
        Target direct = new("--direct", plan.Direct, tables + "-direct", isProxied: false, new LoadSigner(credentials, plan.Region, time));
        AWSCredentials forProxy = plan.ProxiedProfile is { } profile ? ReportCredentials.OfProfile(profile) : credentials;
        Target proxied = new("--proxied", plan.Proxied, tables + "-proxied", isProxied: true, new LoadSigner(forProxy, plan.Region, time));

        // Nothing is made unless both are there, and the auditor, if it is to be asked.
        (await direct.ConnectAsync(stop).ConfigureAwait(false)).Dispose();
        (await proxied.ConnectAsync(stop).ConfigureAwait(false)).Dispose();
        await ReadOwnAuditAsync(proxied, stop).ConfigureAwait(false);
        if (plan.ProxiedDax is { } dax)
        {
            using DaxRun probe = new(dax, proxied, plan, plan.Keys());
            await probe.ConnectAsync(stop).ConfigureAwait(false);
        }

        ReportTables made = new(direct);
        try
        {
            return await MeasureAsync(direct, proxied, made, stop).ConfigureAwait(false);
        }
        finally
        {
            // Those of a demonstration go with its engine.
            if (plan.DemoLatency is null)
            {
                progress.Begin("removing the tables", 0);
                foreach (string line in await made.DeleteAsync().ConfigureAwait(false))
                {
                    progress.Say(line);
                }
            }
        }
    }

    private async Task<OwnAudit?> ReadOwnAuditAsync(Target proxied, CancellationToken stop) =>
        plan.ProxiedAdmin is { } admin ? await OwnAudit.ReadAsync(admin, proxied.Table, stop).ConfigureAwait(false) : null;

    private async Task<Measurement> MeasureAsync(Target direct, Target proxied, ReportTables made, CancellationToken stop)
    {
        DateTimeOffset startedAt = time.GetUtcNow();
        KeyChooser keys = plan.Keys();
        using TargetRun one = new(direct, direct, plan, keys), other = new(proxied, direct, plan, keys);
        await PrepareAsync(direct, proxied, made, stop).ConfigureAwait(false);

        // The direct target first: what this process has still to warm up in itself is not to be the proxy's fault.
        progress.Begin("cold, direct", Share(plan.ColdTime));
        await RoundAsync(one, Phase.Cold, 0, plan.Connections, plan.ColdTime, stop).ConfigureAwait(false);
        progress.Begin("cold, through the proxy", Share(plan.ColdTime));
        Round cold = await RoundAsync(other, Phase.Cold, 0, plan.Connections, plan.ColdTime, stop).ConfigureAwait(false);
        progress.Begin("filling the cache", 0);
        await WarmUpAsync(other, cold.HitRatio, stop).ConfigureAwait(false);
        progress.Begin("warm, taking turns", Share(2 * ReportPlan.WarmRounds * plan.WarmTime));
        for (int index = 0; index < ReportPlan.WarmRounds; index++)
        {
            await PairAsync(one, other, Phase.Warm, index, plan.Connections, plan.WarmTime, stop).ConfigureAwait(false);
            progress.Reach((index + 1.0) / ReportPlan.WarmRounds);
        }

        IReadOnlyList<int> steps = ReportPlan.SweepConnections;
        progress.Begin("by number of connections", Share(2 * steps.Count * plan.SweepTime));
        for (int index = 0; index < steps.Count; index++)
        {
            await PairAsync(one, other, Phase.Sweep, index, steps[index], plan.SweepTime, stop).ConfigureAwait(false);
            progress.Reach((index + 1.0) / steps.Count);
        }

        if (plan.ProxiedDax is { } dax)
        {
            await CompareDaxAsync(dax, proxied, direct, keys, stop).ConfigureAwait(false);
        }

        progress.Begin("looking for stale reads", Share(plan.AuditTime));
        await RoundAsync(other, Phase.Audit, 0, plan.Connections, plan.AuditTime, stop).ConfigureAwait(false);
        return new Measurement(startedAt, rounds, other.Audit.Result, one.Audit.Result, LatencySnapshot.Sum(lateness ?? []))
        {
            OwnAudit = await ReadOwnAuditAsync(proxied, stop).ConfigureAwait(false),
        };
    }

    /// <summary>Makes and fills the tables, both straight at DynamoDB, so that the proxy knows nothing of the items.</summary>
    private async Task PrepareAsync(Target direct, Target proxied, ReportTables made, CancellationToken stop)
    {
        progress.Begin("making two tables", 0);
        await made.CreateAsync(direct.Table, stop).ConfigureAwait(false);
        await made.CreateAsync(proxied.Table, stop).ConfigureAwait(false);
        await ProbeAsync(proxied, stop).ConfigureAwait(false);
        progress.Begin("filling them", FillShare);
        int written = 0;
        foreach (string table in (string[])[direct.Table, proxied.Table])
        {
            await made.FillAsync(
                table,
                plan,
                count => progress.Reach(Interlocked.Add(ref written, count) / (2.0 * plan.Workload.Items)),
                stop).ConfigureAwait(false);
        }
    }

    /// <summary>Whether the proxy is one, and in front of the same tables.</summary>
    private static async Task ProbeAsync(Target proxied, CancellationToken stop)
    {
        using ReportClient client = new(proxied);
        ClientReply reply = await client.SendPatientlyAsync("GetItem", RequestBodies.GetOutsider(proxied.Table), stop)
            .ConfigureAwait(false);
        if (!reply.IsOk)
        {
            throw reply.ErrorName == "ResourceNotFoundException"
                ? new ReportFault(
                    $"{proxied}: does not know a table that was made by --direct; "
                    + "start the proxy in front of the same address, region and account")
                : ReportTables.Refused(proxied, "GetItem", reply);
        }

        if (reply.CacheStatus is null || !reply.CacheStatus.StartsWith("DaxProxy", StringComparison.Ordinal))
        {
            throw new ReportFault(
                $"{proxied}: answers without Cache-Status, so it is no DaxProxy, or its caches are off; "
                + "give the address of the proxy's DynamoDB API");
        }
    }

    private async Task WarmUpAsync(TargetRun proxied, double hitRatio, CancellationToken stop)
    {
        bool isRising = hitRatio > 0;
        for (int index = 0; isRising && index < ReportPlan.MostWarmUps; index++)
        {
            Round round = await RoundAsync(proxied, Phase.WarmUp, index, plan.Connections, plan.ColdTime, stop).ConfigureAwait(false);
            isRising = round.HitRatio >= hitRatio + ReportPlan.Rise;
            hitRatio = round.HitRatio;
        }
    }

    private async Task PairAsync(
        TargetRun one, TargetRun other, Phase phase, int index, int connections, TimeSpan duration, CancellationToken stop)
    {
        // Who begins alternates, so that a machine that gets slower or faster favours neither.
        (TargetRun first, TargetRun second) = index % 2 == 0 ? (one, other) : (other, one);
        await RoundAsync(first, phase, index, connections, duration, stop).ConfigureAwait(false);
        await RoundAsync(second, phase, index, connections, duration, stop).ConfigureAwait(false);
    }

    /// <summary>Reads only, so that neither is behind a write of the other's.</summary>
    private async Task CompareDaxAsync(DnsEndPoint dax, Target proxied, Target direct, KeyChooser keys, CancellationToken stop)
    {
        progress.Begin("over DAX and JSON", DaxShare);
        ReportPlan reading = plan with
        {
            Workload = plan.Workload with { Reads = 1, Updates = 0, Inserts = 0, Scans = 0, ReadModifyWrites = 0 },
            Trace = null,
            Rate = 0,
        };
        using TargetRun json = new(proxied, direct, reading, keys);
        using DaxRun overDax = new(dax, proxied, reading, keys);
        await overDax.OpenAsync(plan.Connections, stop).ConfigureAwait(false);
        for (int index = 0; index < ReportPlan.DaxRounds; index++)
        {
            Func<Task<Round>> one = () => json.RunAsync(Phase.Json, index, plan.Connections, plan.WarmTime, null, stop);
            Func<Task<Round>> other = () => overDax.RunAsync(index, stop);
            foreach (Func<Task<Round>> run in index % 2 == 0 ? (Func<Task<Round>>[])[one, other] : [other, one])
            {
                rounds.Add(await run().ConfigureAwait(false));
                stop.ThrowIfCancellationRequested();
            }

            progress.Reach((index + 1.0) / ReportPlan.DaxRounds);
        }
    }

    private async Task<Round> RoundAsync(TargetRun run, Phase phase, int index, int connections, TimeSpan duration, CancellationToken stop)
    {
        List<LatencySnapshot>? counted = phase is Phase.Sweep or Phase.WarmUp ? null : lateness;
        Round round = await run.RunAsync(phase, index, connections, duration, counted, stop).ConfigureAwait(false);
        stop.ThrowIfCancellationRequested();
        rounds.Add(round);
        progress.Rate(round.PerSecond);
        return round;
    }

    /// <summary>The share of a part of the time that is planned; rounds over DAX come on top of that.</summary>
    private double Share(TimeSpan duration) => duration.TotalSeconds / plan.Seconds * (1 - FillShare - DaxShare);

    private double DaxShare => plan.ProxiedDax is null ? 0 : MostDaxShare;
}
