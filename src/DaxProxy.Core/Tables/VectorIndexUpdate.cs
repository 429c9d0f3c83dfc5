namespace DaxProxy.Core.Tables;

/// <summary>One entry of <c>VectorIndexUpdates</c>: exactly one of its members in a well-formed request.</summary>
/// <param name="Create">An index to create.</param>
/// <param name="Delete">Name of an index to delete.</param>
public sealed record VectorIndexUpdate(VectorIndexDefinition? Create, string? Delete);
