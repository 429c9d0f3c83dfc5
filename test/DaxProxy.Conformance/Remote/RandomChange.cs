namespace DaxProxy.Conformance.Remote;

/// <summary>What a write of a random run makes of one item.</summary>
/// <param name="Item">The item.</param>
/// <param name="Group">The group it belongs to then; null for a deletion.</param>
internal sealed record RandomChange(RandomItem Item, string? Group);
