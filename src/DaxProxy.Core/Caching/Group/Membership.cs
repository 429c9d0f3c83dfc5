namespace DaxProxy.Core.Caching.Group;

/// <summary>Who is in the group, at one moment of Redis.</summary>
/// <param name="Members">All that have joined and not left, those whose lease has ended lately among them.</param>
/// <param name="Age">How long ago this list was begun.</param>
/// <param name="Doubt">How much longer a write of unknown outcome, told before, may still arrive at the backend; zero for none.</param>
public sealed record Membership(IReadOnlyList<Member> Members, TimeSpan Age, TimeSpan Doubt);
