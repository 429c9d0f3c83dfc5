namespace DaxProxy.Simulation;

/// <summary>A fault that a request can have on purpose.</summary>
internal enum FaultKind
{
    /// <summary>Refused, as one that exceeds the provisioned throughput of a table.</summary>
    Throttle,

    /// <summary>Refused, as one that exceeds what a table on demand takes so far.</summary>
    ThrottleOnDemand,

    /// <summary>Refused, as one that exceeds the quota of the account.</summary>
    ThrottleAccount,

    /// <summary>Not carried out: an internal error.</summary>
    Error,

    /// <summary>Carried out, and the answer never arrives.</summary>
    Lost,

    /// <summary>A batch of which a part is handed back.</summary>
    Unprocessed,

    /// <summary>Answered later.</summary>
    Latency,
}
