using DaxProxy.Core.Caching.Writes;

namespace DaxProxy.Core.Caching.Group;

/// <summary>What a member tells all others.</summary>
/// <param name="Node">Who tells.</param>
/// <param name="Incarnation">Which of its stays.</param>
/// <param name="Number">
/// 1 for its first message of effects in this stay, and one more for each; of one without effects, the number of the last that had any.
/// </param>
/// <param name="IsBeat">Whether it only says how many there were, so that a lost one is missed.</param>
/// <param name="Lapsed">Members known to be lost, whom everyone must do without before they acknowledge this.</param>
/// <param name="Effects">What writes mean, in order.</param>
public sealed record GroupMessage(
    string Node, string Incarnation, long Number, bool IsBeat, IReadOnlyList<Stay> Lapsed, IReadOnlyList<PeerEffect> Effects);
