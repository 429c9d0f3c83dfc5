namespace DaxProxy.Engine.Storage;

/// <summary>
/// Which replica of the data a read may be answered from, where lag is simulated. Otherwise there is one, and it shows the present.
/// </summary>
internal enum ReplicaKind
{
    /// <summary>The one that takes the writes: the present.</summary>
    Leader,

    /// <summary>Any of a table's, local indexes included.</summary>
    OfTable,

    /// <summary>Any of a global index's.</summary>
    OfGlobalIndex,
}
