namespace DaxProxy.Core.Caching.Group;

/// <summary>What the members of a group agree on; all have the same.</summary>
/// <param name="IsStrict">
/// Whether a write waits until no member answers from what was before it; if not, it is told, and acknowledged at once.
/// </param>
/// <param name="Lease">How long a member may answer from its caches without a renewal.</param>
/// <param name="GoneAfter">How long the others wait for a member that is lost; at least four leases.</param>
public sealed record GroupTerms(bool IsStrict, TimeSpan Lease, TimeSpan GoneAfter);
