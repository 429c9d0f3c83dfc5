namespace DaxProxy.Report;

/// <summary>A part of a measurement.</summary>
internal enum Phase
{
    /// <summary>The first requests, the proxy's cache empty.</summary>
    Cold,

    /// <summary>Filling the cache as quickly as it goes, where the load itself would take long to.</summary>
    WarmUp,

    /// <summary>Rounds by which the two ways are compared.</summary>
    Warm,

    /// <summary>Short rounds with more and more connections.</summary>
    Sweep,

    /// <summary>Closer looks at what reads show, with the load going on.</summary>
    Audit,
}
