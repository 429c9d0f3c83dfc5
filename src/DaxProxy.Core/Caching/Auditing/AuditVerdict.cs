namespace DaxProxy.Core.Caching.Auditing;

/// <summary>What a consistent read says of an answer that a cache gave.</summary>
public enum AuditVerdict
{
    /// <summary>The same.</summary>
    Equal,

    /// <summary>
    /// Something else, and the entry was answered all the same for as long as it takes for every write that was under way to end and to be
    /// told: no write is known that came between.
    /// </summary>
    Stale,

    /// <summary>Nothing: a write came between, or may have, the entry has left the cache, or the read failed.</summary>
    Unknown,
}
