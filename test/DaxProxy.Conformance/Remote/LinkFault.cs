namespace DaxProxy.Conformance.Remote;

/// <summary>What happens to one request on its way to the backend.</summary>
public enum LinkFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The connection breaks before the backend has it.</summary>
    ResetBefore,

    /// <summary>The connection breaks when the backend has done it.</summary>
    ResetAfter,

    /// <summary>Nothing comes, and the backend never gets it.</summary>
    HangBefore,

    /// <summary>The backend has done it, and nothing comes.</summary>
    HangAfter,

    /// <summary>The backend has done it, and its answer's checksum is wrong.</summary>
    CorruptChecksum,

    /// <summary>No fault: the answer comes compressed, its checksum that of the compressed bytes.</summary>
    Gzip,

    /// <summary>The service's own 500.</summary>
    Error500,

    /// <summary>A 503 of something that is no DynamoDB.</summary>
    Html503,

    /// <summary>The service refuses for lack of capacity.</summary>
    Throttle,
}
