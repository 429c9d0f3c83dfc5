namespace DaxProxy.Tests.Caching.Checker.Group;

/// <summary>What may happen in a check of a group.</summary>
internal enum GroupProfile
{
    /// <summary>Messages take their time; nothing fails.</summary>
    Calm,

    /// <summary>
    /// Everything: members are suspended, cut off and killed, connections break, messages are lost, Redis forgets and fails over.
    /// </summary>
    Harsh,

    /// <summary>The same, with replicas and indexes that are behind.</summary>
    Lagging,

    /// <summary>
    /// Everything but lost messages; members keep items for each other, and hear everything before they read one of the tables.
    /// </summary>
    Sharing,

    /// <summary>The same, with replicas and indexes that are behind.</summary>
    SharingLagging,

    /// <summary>Everything, but that no member is cut off for long: writes wait for no member, and reads may be two leases old.</summary>
    Bounded,
}
