namespace DaxProxy.Core.Caching.Auditing;

/// <summary>What an auditor found in one table.</summary>
/// <param name="TableName">The table.</param>
/// <param name="Equal">Answers that were right.</param>
/// <param name="Stale">Answers that were older than what the backend held.</param>
/// <param name="Unknown">Answers that could not be judged.</param>
/// <param name="LongestStale">How long the longest of the stale ones was so at least, from when that was first seen.</param>
public sealed record AuditFigures(string TableName, long Equal, long Stale, long Unknown, TimeSpan LongestStale);
