namespace DaxProxy.Telemetry;

/// <summary>What a request came in by.</summary>
internal enum Frontend
{
    /// <summary>The DynamoDB API, requests that are passed on included.</summary>
    Http,

    /// <summary>The DAX protocol.</summary>
    Dax,

    /// <summary>The operator's port.</summary>
    Admin,
}
