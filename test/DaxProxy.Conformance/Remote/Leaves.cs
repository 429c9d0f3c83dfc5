namespace DaxProxy.Conformance.Remote;

/// <summary>What a write leaves of its item in the cache.</summary>
internal enum Leaves
{
    /// <summary>The item as it is now.</summary>
    New,

    /// <summary>What was there: the write is known to have done nothing. A batch or transaction drops it.</summary>
    Old,

    /// <summary>Nothing, and what is read is not kept either: the write may still arrive.</summary>
    Doubt,
}
