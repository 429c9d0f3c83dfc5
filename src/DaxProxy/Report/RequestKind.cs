namespace DaxProxy.Report;

/// <summary>What a request of a load does.</summary>
internal enum RequestKind
{
    /// <summary>Reads an item: GetItem.</summary>
    Read,

    /// <summary>Reads a page of items in order: Query.</summary>
    Scan,

    /// <summary>Writes an item: PutItem.</summary>
    Write,
}
