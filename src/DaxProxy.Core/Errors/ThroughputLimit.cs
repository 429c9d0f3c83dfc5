namespace DaxProxy.Core.Errors;

/// <summary>A limit of throughput that a request met.</summary>
public enum ThroughputLimit
{
    /// <summary>The capacity that a table or index has.</summary>
    Provisioned,

    /// <summary>What a table or index billed per request takes so far; it grows with use.</summary>
    OnDemand,

    /// <summary>What its owner lets a table or index billed per request take at most.</summary>
    MaxOnDemand,

    /// <summary>What one partition takes, whatever the table has.</summary>
    KeyRange,

    /// <summary>The account's quota for any one table.</summary>
    Account,
}
