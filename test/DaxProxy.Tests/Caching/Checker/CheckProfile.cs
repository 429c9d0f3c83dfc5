namespace DaxProxy.Tests.Caching.Checker;

/// <summary>What may happen in a check.</summary>
internal enum CheckProfile
{
    /// <summary>Everything, and caches so small that they forget all the time.</summary>
    Harsh,

    /// <summary>Everything, and caches as large as they usually are.</summary>
    Roomy,

    /// <summary>Everything, and replicas and global indexes that are behind.</summary>
    Lagging,

    /// <summary>Everything, and a backend whose reads fail; what is known is answered past the end of its short life.</summary>
    Failing,

    /// <summary>
    /// Everything, and tables and indexes come and go all the time, while the backend deletes expired items and fills indexes.
    /// </summary>
    Changing,

    /// <summary>
    /// Nothing fails, no eviction is asked for, writes do not overlap, and every effect is told. What is forgotten then is forgotten for
    /// lack of precision.
    /// </summary>
    Smooth,
}
