namespace DaxProxy.Options;

/// <summary>What the local engine does about the throughput of tables.</summary>
internal enum ThroughputMode
{
    /// <summary>Nothing: no request is refused for it.</summary>
    Off,

    /// <summary>Refuses what exceeds it, as DynamoDB does.</summary>
    Enforce,
}
