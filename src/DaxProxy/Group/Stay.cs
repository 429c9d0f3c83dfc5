namespace DaxProxy.Group;

/// <summary>One stay of a process in the group.</summary>
/// <param name="Node">The process.</param>
/// <param name="Incarnation">The stay.</param>
internal readonly record struct Stay(string Node, string Incarnation);
