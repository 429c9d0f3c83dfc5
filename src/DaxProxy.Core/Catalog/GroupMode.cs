namespace DaxProxy.Core.Catalog;

/// <summary>What the members of a group promise to clients of each other, from least to most that a write waits for.</summary>
public enum GroupMode
{
    /// <summary>
    /// A write waits for no other member, which sees it as soon as it is told: usually within milliseconds, and within two leases where
    /// something has failed.
    /// </summary>
    Bounded,

    /// <summary>
    /// A write waits until it has been told, and not until it was heard; a member that answers from its caches first hears all that was
    /// told before the read. Reads through any member see each acknowledged write, as in <see cref="Strict"/>.
    /// </summary>
    Validated,

    /// <summary>
    /// A write is acknowledged when no member answers from what was before it: reads through any member see it. Members that cannot be
    /// reached cost writes time, and once the others have given up waiting for this one, their acknowledgement.
    /// </summary>
    Strict,
}
