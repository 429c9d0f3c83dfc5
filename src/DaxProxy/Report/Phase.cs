namespace DaxProxy.Report;

/// <summary>A part of a measurement.</summary>
internal enum Phase
{
    /// <summary>The first requests, the proxy's cache empty.</summary>
    Cold,

    /// <summary>More of the same through the proxy, as quickly as it goes, until the share of hits no longer rises.</summary>
    WarmUp,

    /// <summary>Rounds by which the two targets are compared.</summary>
    Warm,

    /// <summary>Short rounds with more and more connections.</summary>
    Sweep,

    /// <summary>Reads through the proxy over JSON, beside those over DAX.</summary>
    Json,

    /// <summary>Reads through the proxy over DAX.</summary>
    Dax,

    /// <summary>Closer looks at what reads show, with the load going on.</summary>
    Audit,
}
