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

    /// <summary>Nothing comes. The backend does it when no caller waits any more, within the time that writes are in doubt.</summary>
    Late,

    /// <summary>The backend has done it, and its answer ends in the middle.</summary>
    Truncated,

    /// <summary>The backend has done it, and one bit of its answer is another.</summary>
    Corrupt,

    /// <summary>The backend has done it, and its answer's checksum is wrong.</summary>
    CorruptChecksum,

    /// <summary>No fault: the answer comes compressed, its checksum that of the compressed bytes.</summary>
    Gzip,

    /// <summary>No fault: the answer comes after a while, and in two pieces with a while between.</summary>
    Slow,

    /// <summary>No fault: the answer comes when the test lets it.</summary>
    Held,

    /// <summary>The service's own 500, with nothing done.</summary>
    Error500,

    /// <summary>The service's own 500, although the backend has done it.</summary>
    Error500After,

    /// <summary>A 503 of something that is no DynamoDB.</summary>
    Html503,

    /// <summary>The service refuses for lack of capacity.</summary>
    Throttle,

    /// <summary>The service does not know the key that the request was signed with.</summary>
    UnknownKey,

    /// <summary>The service knows the key, but not the secret that the request was signed with.</summary>
    WrongSecret,

    /// <summary>The service says that the session the request was signed in has ended.</summary>
    ExpiredSession,

    /// <summary>The service refuses what was signed more than fifteen minutes before or after its own time.</summary>
    ClockChecked,
}
