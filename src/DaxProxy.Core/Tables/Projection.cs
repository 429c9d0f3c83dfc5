namespace DaxProxy.Core.Tables;

/// <summary>Which attributes an index holds beside the keys.</summary>
/// <param name="ProjectionType"><c>ALL</c>, <c>KEYS_ONLY</c> or <c>INCLUDE</c>; null when it was not sent.</param>
/// <param name="NonKeyAttributes">The attributes of <c>INCLUDE</c>; null when none were sent.</param>
public sealed record Projection(string? ProjectionType, IReadOnlyList<string>? NonKeyAttributes)
{
    /// <summary>Whether it takes in an attribute that is no key: all, or those that it names.</summary>
    public bool Includes(string name) => ProjectionType == "ALL" || (NonKeyAttributes?.Contains(name) ?? false);
}
