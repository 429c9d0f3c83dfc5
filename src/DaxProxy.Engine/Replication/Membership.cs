namespace DaxProxy.Engine.Replication;

/// <summary>A table's place in a global table.</summary>
/// <param name="TableId">The table's number in its store.</param>
/// <param name="Group">What its members have in common: the identity of the first of them.</param>
/// <param name="MadeFrom">The region that its items were copied from; null for the first member.</param>
/// <param name="JoinedAt">When it became one: Unix time in milliseconds.</param>
/// <param name="IsCopied">Whether all of those are there.</param>
internal sealed record Membership(long TableId, string Group, string? MadeFrom, long JoinedAt, bool IsCopied);
