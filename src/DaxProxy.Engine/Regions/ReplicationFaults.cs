namespace DaxProxy.Engine.Regions;

/// <summary>What replication between regions is to suffer. Immutable.</summary>
public sealed record ReplicationFaults
{
    /// <summary>How long a write takes at least. Writes of a table arrive in their order, so a slow one holds up those behind it.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>What is added to that, drawn anew for each write from nothing to this.</summary>
    public TimeSpan Jitter { get; init; }

    /// <summary>The share of time in which a pair of regions is cut off from each other: 0 to 1.</summary>
    public double PartitionShare { get; init; }

    /// <summary>What all of it is drawn by.</summary>
    public int Seed { get; init; } = 1;
}
