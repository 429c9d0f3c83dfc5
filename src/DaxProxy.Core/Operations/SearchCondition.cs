using DaxProxy.Core.Expressions;
using DaxProxy.Core.Items;

namespace DaxProxy.Core.Operations;

/// <summary>One equality of a search in a vector index.</summary>
/// <param name="Path">The attribute.</param>
/// <param name="Value">The value it must have.</param>
public sealed record SearchCondition(DocumentPath Path, AttributeValue Value);
