namespace DaxProxy.Core.Caching.Group;

/// <summary>One stay of a process in the group.</summary>
/// <param name="Node">The process.</param>
/// <param name="Incarnation">The stay.</param>
public readonly record struct Stay(string Node, string Incarnation);
