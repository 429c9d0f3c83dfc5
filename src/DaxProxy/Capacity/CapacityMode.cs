namespace DaxProxy.Capacity;

/// <summary>How a table is billed and limited.</summary>
internal enum CapacityMode
{
    /// <summary>So many units a second, whatever comes.</summary>
    Provisioned,

    /// <summary>Billed per request.</summary>
    OnDemand,

    /// <summary>Provisioned, with a policy of target tracking for reads and one for writes.</summary>
    AutoScale,
}
