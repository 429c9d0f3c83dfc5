namespace DaxProxy.Core.Caching.Group;

/// <summary>What the members of a group agree on; all have the same.</summary>
/// <param name="IsStrict">
/// Whether a write waits until no member answers from what was before it; if not, it is told, and acknowledged at once.
/// </param>
/// <param name="Lease">How long a member may answer from its caches without a renewal.</param>
/// <param name="GoneAfter">How long the others wait for a member that is lost; at least four leases.</param>
/// <param name="Doubt">
/// How long what a process had sent to the backend may still arrive there after the process was given up, or has given up itself.
/// </param>
public sealed record GroupTerms(bool IsStrict, TimeSpan Lease, TimeSpan GoneAfter, TimeSpan Doubt)
{
    /// <summary>How much faster or slower than the real time this clock and that of the channel may be, each a half of it.</summary>
    private const double Drift = 0.01;

    /// <summary>For how long a member that is lost has to be kept in the list.</summary>
    public TimeSpan KeptFor => GoneAfter + Doubt;

    /// <summary>A time by this clock that is not over before it is by any other.</summary>
    internal static TimeSpan AtLeast(TimeSpan span) => span * (1 + Drift);

    /// <summary>A time by this clock that is over before it is by any other.</summary>
    internal static TimeSpan AtMost(TimeSpan span) => span * (1 - Drift);
}
