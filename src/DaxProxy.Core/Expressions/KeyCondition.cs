using DaxProxy.Core.Items;

namespace DaxProxy.Core.Expressions;

/// <summary>One clause of a key condition, the attribute always on the left.</summary>
/// <param name="AttributeName">The attribute; whether it is a key of the table or index is the operation's to check.</param>
/// <param name="Operator">How it is compared.</param>
/// <param name="Value">The constant, or the lower bound. Of a type the operator can take.</param>
/// <param name="Upper">The upper bound of <see cref="KeyOperator.Between"/>; otherwise null.</param>
public sealed record KeyCondition(string AttributeName, KeyOperator Operator, AttributeValue Value, AttributeValue? Upper);
