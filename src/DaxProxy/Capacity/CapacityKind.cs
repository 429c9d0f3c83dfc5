namespace DaxProxy.Capacity;

/// <summary>What a request of a simulated load does.</summary>
internal enum CapacityKind
{
    /// <summary>Reads items by their keys.</summary>
    Read,

    /// <summary>Reads a page of a query or a scan.</summary>
    Page,

    /// <summary>Writes items.</summary>
    Write,

    /// <summary>Deletes items.</summary>
    Delete,
}
