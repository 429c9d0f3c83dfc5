namespace DaxProxy.Report;

/// <summary>What an audit found.</summary>
/// <param name="Looks">How often a consistent read was followed by a plain one of the same.</param>
/// <param name="Stale">How often the plain one showed an older state.</param>
/// <param name="LongestMilliseconds">
/// How long the longest of those went on: from the end of the consistent read until a plain one was as new, or until the audit ended.
/// </param>
/// <param name="Unended">How many of those had not ended when the audit did.</param>
internal sealed record AuditResult(long Looks, long Stale, double LongestMilliseconds, long Unended);
