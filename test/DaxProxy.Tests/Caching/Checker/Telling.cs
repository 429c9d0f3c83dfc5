namespace DaxProxy.Tests.Caching.Checker;

/// <summary>How a backend tells of what it does of itself.</summary>
internal enum Telling
{
    /// <summary>Before any write is acknowledged that took effect later, as is its duty.</summary>
    InTime,

    /// <summary>Some time later, perhaps after such an acknowledgement.</summary>
    Late,

    /// <summary>In time, but only of items: not of an index that is filled.</summary>
    OfItemsOnly,

    /// <summary>In time, but only of indexes.</summary>
    OfIndexesOnly,
}
