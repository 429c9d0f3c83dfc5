using DaxProxy.Telemetry;

namespace DaxProxy.Report;

/// <summary>All that a run measured. Immutable.</summary>
/// <param name="StartedAt">When it began.</param>
/// <param name="Rounds">The rounds of all phases, in the order they were run.</param>
/// <param name="Proxied">What the audit of reads through the proxy found.</param>
/// <param name="Direct">What the audit of plain reads straight at DynamoDB found, for comparison: those may be stale.</param>
/// <param name="Lateness">How late this machine sent what fell due in an open loop, although a connection was free.</param>
internal sealed record Measurement(
    DateTimeOffset StartedAt, IReadOnlyList<Round> Rounds, AuditResult Proxied, AuditResult Direct, LatencySnapshot Lateness)
{
    /// <summary>What the proxy's own auditor found; null where that was not asked for.</summary>
    public OwnAudit? OwnAudit { get; init; }

    /// <summary>The rounds of a phase on one of the targets.</summary>
    public IReadOnlyList<Round> Of(Phase phase, bool isProxied) =>
        [.. Rounds.Where(round => round.Phase == phase && round.IsProxied == isProxied)];
}
