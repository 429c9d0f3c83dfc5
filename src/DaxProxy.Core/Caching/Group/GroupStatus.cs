namespace DaxProxy.Core.Caching.Group;

/// <summary>How a process stands in its group.</summary>
/// <param name="Node">The process.</param>
/// <param name="IsJoined">Whether it is a member.</param>
/// <param name="LeaseLeft">How much longer its caches may answer.</param>
/// <param name="Members">All members, this one among them.</param>
/// <param name="Lapsed">Members that are lost: nothing is answered from the caches until they are back or gone.</param>
/// <param name="Figures">What has happened.</param>
public sealed record GroupStatus(
    string Node,
    bool IsJoined,
    TimeSpan LeaseLeft,
    IReadOnlyList<string> Members,
    IReadOnlyList<string> Lapsed,
    GroupFigures Figures);
