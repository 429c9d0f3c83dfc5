namespace DaxProxy.Options;

/// <summary>What the members of a group promise each other's clients.</summary>
internal enum GroupMode
{
    /// <summary>
    /// A write is acknowledged when no member answers from what was before it: reads through any member see it. Members that cannot be
    /// reached cost writes time, and after <see cref="GroupOptions.GoneAfter"/> their acknowledgement.
    /// </summary>
    Strict,

    /// <summary>
    /// A write waits for no other member, which sees it as soon as it is told: usually within milliseconds, and within two leases where
    /// something has failed.
    /// </summary>
    Bounded,
}
