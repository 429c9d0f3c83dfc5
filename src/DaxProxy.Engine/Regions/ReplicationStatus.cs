namespace DaxProxy.Engine.Regions;

/// <summary>How far a replica is with the writes of another region.</summary>
/// <param name="TableName">The table.</param>
/// <param name="From">Where they are made.</param>
/// <param name="To">Where the replica is.</param>
/// <param name="IsCut">Whether none arrive now, on purpose.</param>
/// <param name="Pending">How many have yet to arrive.</param>
/// <param name="OldestAge">The age of the oldest of those; null for none.</param>
public sealed record ReplicationStatus(
    string TableName, string From, string To, bool IsCut, long Pending, TimeSpan? OldestAge);
