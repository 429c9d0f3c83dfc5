namespace DaxProxy.Core.Caching.Group;

/// <summary>A member as the channel has it.</summary>
/// <param name="Node">Which process.</param>
/// <param name="Incarnation">Which of its stays in the group: a new one each time that it joins.</param>
/// <param name="Left">How much longer its lease runs; zero or less where it has ended.</param>
/// <param name="Address">Where its clients reach it, in words that members understand; empty where it does not say.</param>
public sealed record Member(string Node, string Incarnation, TimeSpan Left, string Address)
{
    /// <summary>The stay.</summary>
    public Stay Stay => new(Node, Incarnation);

    /// <summary>Whether its lease runs.</summary>
    public bool IsThere => Left > TimeSpan.Zero;
}
