using DaxProxy.Telemetry;

namespace DaxProxy.Report;

/// <summary>What follows from a measurement: the figures of a report. Immutable.</summary>
internal sealed record Figures
{
    /// <summary>Name of the kind that writes.</summary>
    public const string Writes = "writes";

    /// <summary>Of requests of every kind, in the warm rounds.</summary>
    public required KindFigures All { get; init; }

    /// <summary>Of those kinds that the load has.</summary>
    public required IReadOnlyList<KindFigures> Kinds { get; init; }

    /// <summary>
    /// Of reads through the proxy: over JSON (as <c>direct</c>) and over DAX (as <c>proxied</c>); null where that was not asked for.
    /// </summary>
    public KindFigures? Dax { get; init; }

    /// <summary>Replies a second in the warm rounds.</summary>
    public required Comparison PerSecond { get; init; }

    /// <summary>Share of reads and scans that the cache answered in the warm rounds; 0 where there were none.</summary>
    public required double HitRatio { get; init; }

    /// <summary>Share of reads and scans that the cache answered in the cold round.</summary>
    public required double ColdHitRatio { get; init; }

    /// <summary>Share of the requests that write.</summary>
    public required double WriteShare { get; init; }

    /// <summary>Share of the requests that failed, directly.</summary>
    public required double DirectErrors { get; init; }

    /// <summary>Share of the requests that failed, through the proxy.</summary>
    public required double ProxiedErrors { get; init; }

    /// <summary>Replies through the proxy without what was asked for, of all phases.</summary>
    public required long Wrong { get; init; }

    /// <summary>What the audit found.</summary>
    public required AuditResult Audit { get; init; }

    /// <summary>What DynamoDB is paid for.</summary>
    public required Costs Costs { get; init; }

    /// <summary>The figures of a measurement.</summary>
    /// <exception cref="ReportFault">There is too little to compare.</exception>
    public static Figures Of(ReportPlan plan, Measurement measured)
    {
        IReadOnlyList<Round> direct = measured.Of(Phase.Warm, isProxied: false), proxied = measured.Of(Phase.Warm, isProxied: true);
        KindFigures? all = KindFigures.Of("all requests", [.. direct.Select(OfAllKinds)], [.. proxied.Select(OfAllKinds)]);
        if (all is null)
        {
            string errors = string.Join(", ", direct.Concat(proxied).SelectMany(round => round.Errors.Keys).Distinct());
            throw new ReportFault(errors.Length > 0
                ? $"--workload {plan.Workload.Name}: in some rounds every request failed ({errors}); "
                    + "mend that, or ask for less with --rate or --connections"
                : $"--seconds {plan.Seconds}: too short for every round to see a reply; give more");
        }

        KindFigures?[] kinds = [KindOf("reads", RequestKind.Read), KindOf("scans", RequestKind.Scan), KindOf(Writes, RequestKind.Write)];
        return new Figures
        {
            All = all,
            Kinds = [.. kinds.OfType<KindFigures>()],
            Dax = OfDax(measured),
            PerSecond = Comparison.Of([.. direct.Select(round => round.PerSecond)], [.. proxied.Select(round => round.PerSecond)]),
            HitRatio = HitRatioOf(proxied),
            ColdHitRatio = HitRatioOf(measured.Of(Phase.Cold, isProxied: true)),
            WriteShare = (double)proxied.Sum(round => round.Latency[(int)RequestKind.Write].Count) / proxied.Sum(round => round.Answered),
            DirectErrors = ErrorsOf(measured, isProxied: false),
            ProxiedErrors = ErrorsOf(measured, isProxied: true),
            Wrong = measured.Rounds.Where(round => round.IsProxied).Sum(round => round.Wrong),
            Audit = measured.Proxied,
            Costs = Costs.Of(proxied, plan.Prices, plan.RequestsPerSecond),
        };

        KindFigures? KindOf(string name, RequestKind kind) =>
            KindFigures.Of(
                name,
                [.. direct.Select(round => round.Latency[(int)kind])],
                [.. proxied.Select(round => round.Latency[(int)kind])]);
    }

    private static KindFigures? OfDax(Measurement measured)
    {
        IReadOnlyList<Round> json = measured.Of(Phase.Json, isProxied: true), dax = measured.Of(Phase.Dax, isProxied: true);
        return dax.Count == 0
            ? null
            : KindFigures.Of("reads through the proxy", [.. json.Select(OfAllKinds)], [.. dax.Select(OfAllKinds)]);
    }

    private static LatencySnapshot OfAllKinds(Round round) => LatencySnapshot.Sum(round.Latency);

    private static double HitRatioOf(IReadOnlyList<Round> rounds) =>
        (double)rounds.Sum(round => round.Hits) / Math.Max(1, rounds.Sum(round => round.Reads));

    private static double ErrorsOf(Measurement measured, bool isProxied)
    {
        IEnumerable<Round> rounds = measured.Rounds.Where(round => round.IsProxied == isProxied);
        double failed = rounds.Sum(round => round.Errors.Values.Sum());
        return failed / Math.Max(1, failed + rounds.Sum(round => round.Answered));
    }
}
