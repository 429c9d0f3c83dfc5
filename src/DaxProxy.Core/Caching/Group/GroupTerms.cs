using DaxProxy.Core.Catalog;

namespace DaxProxy.Core.Caching.Group;

/// <summary>What the members of a group agree on; all have the same, as texts compare.</summary>
/// <param name="Mode">What writes of tables wait for that are not among <paramref name="TableModes"/>.</param>
/// <param name="TableModes">What sets others apart, as a text; empty where there are none.</param>
/// <param name="Rules">What else says how writes of a table are promised, as a text; empty where nothing does.</param>
/// <param name="Lease">How long a member may answer from its caches without a renewal.</param>
/// <param name="GoneAfter">How long the others wait for a member that is lost; at least four leases.</param>
/// <param name="Doubt">
/// How long what a process had sent to the backend may still arrive there after the process was given up, or has given up itself.
/// </param>
/// <param name="Settle">How long reads of the backend that are not consistent may miss a write that has ended.</param>
/// <param name="SharesItems">Whether members keep items for each other.</param>
public sealed record GroupTerms(
    GroupMode Mode,
    string TableModes,
    string Rules,
    TimeSpan Lease,
    TimeSpan GoneAfter,
    TimeSpan Doubt,
    TimeSpan Settle,
    bool SharesItems)
{
    /// <summary>How much faster or slower than the real time this clock and that of the channel may be, each a half of it.</summary>
    private const double Drift = 0.01;

    /// <summary>
    /// How long a lost member is kept in the list. When it leaves the list, reads see every write that it has acknowledged.
    /// </summary>
    public TimeSpan KeptFor => GoneAfter + Doubt + Settle;

    /// <summary>A time by this clock that is not over before it is by any other.</summary>
    public static TimeSpan AtLeast(TimeSpan span) => span * (1 + Drift);

    /// <summary>A time by this clock that is over before it is by any other.</summary>
    internal static TimeSpan AtMost(TimeSpan span) => span * (1 - Drift);
}
