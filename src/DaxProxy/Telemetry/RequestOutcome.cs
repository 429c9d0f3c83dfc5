namespace DaxProxy.Telemetry;

/// <summary>What became of a request, as metrics, traces and the access log say it.</summary>
internal enum RequestOutcome
{
    /// <summary>A result that is no matter for the caches: a write, a description.</summary>
    Success,

    /// <summary>A read that the caches let pass: a consistent one, or one while they do not answer.</summary>
    Bypass,

    /// <summary>A read that the backend was asked for.</summary>
    Miss,

    /// <summary>A read that a cache answered.</summary>
    Hit,

    /// <summary>A read that a cache answered past the end of an entry's life.</summary>
    Stale,

    /// <summary>Refused by the rules of DynamoDB, or by a limit: 4xx.</summary>
    Refusal,

    /// <summary>A failure of the backend or of the proxy, or given up by the client.</summary>
    Failure,
}
