namespace DaxProxy.Core.Catalog;

/// <summary>Why an entry left the cache.</summary>
public enum RemovalReason
{
    /// <summary>Another entry of the same key took its place.</summary>
    Replaced,

    /// <summary>Its key was removed, or was stored again with an entry too large to be kept.</summary>
    Removed,

    /// <summary>Its life had ended.</summary>
    Expired,

    /// <summary>No request could ask for it any more.</summary>
    Voided,

    /// <summary>It gave way to others.</summary>
    Evicted,
}
