namespace DaxProxy.Resilience;

/// <summary>What a request is for; each has a pipeline of its own.</summary>
internal enum Purpose
{
    /// <summary>A read that the caches may keep; changes nothing, so it may be sent any number of times.</summary>
    Read,

    /// <summary>A write that the caches understand.</summary>
    Write,

    /// <summary>Anything else, passed on as it was sent: what it does is not known here.</summary>
    Opaque,
}
