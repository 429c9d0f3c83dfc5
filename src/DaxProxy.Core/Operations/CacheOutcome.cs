namespace DaxProxy.Core.Operations;

/// <summary>What a <see cref="CacheStatus"/> comes to.</summary>
public enum CacheOutcome
{
    /// <summary>No matter for the caches.</summary>
    Bypass,

    /// <summary>The backend was asked for all of it, or for a part.</summary>
    Miss,

    /// <summary>Answered from the cache.</summary>
    Hit,

    /// <summary>Answered from the cache past the end of an entry's life, as the backend failed.</summary>
    Stale,
}
