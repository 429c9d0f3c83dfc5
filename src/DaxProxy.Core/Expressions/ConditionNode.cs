using DaxProxy.Core.Items;

namespace DaxProxy.Core.Expressions;

/// <summary>One node of a condition: something that holds for an item or does not.</summary>
/// <remarks>
/// Immutable and thread-safe. The set of kinds is closed; placeholders are resolved. Code that builds nodes without a parser must bound
/// their depth: nodes are walked recursively.
/// </remarks>
public abstract record ConditionNode
{
    private ConditionNode()
    {
    }

    /// <summary>Holds where every term does.</summary>
    /// <param name="Terms">Two or more, in the order written.</param>
    public sealed record And(IReadOnlyList<ConditionNode> Terms) : ConditionNode;

    /// <summary>Holds where some term does.</summary>
    /// <param name="Terms">Two or more, in the order written.</param>
    public sealed record Or(IReadOnlyList<ConditionNode> Terms) : ConditionNode;

    /// <summary>Holds where the term does not.</summary>
    /// <param name="Term">The negated condition.</param>
    public sealed record Not(ConditionNode Term) : ConditionNode;

    /// <summary>
    /// Two values compared. Where one is missing or the types differ only <see cref="Comparator.NotEqual"/> holds; order exists for S, N,
    /// B.
    /// </summary>
    /// <param name="Left">The left side.</param>
    /// <param name="Operator">How they are compared.</param>
    /// <param name="Right">The right side.</param>
    public sealed record Comparison(Operand Left, Comparator Operator, Operand Right) : ConditionNode;

    /// <summary><c>value BETWEEN low AND high</c>, bounds included.</summary>
    /// <param name="Value">What is tested.</param>
    /// <param name="Low">Lower bound.</param>
    /// <param name="High">Upper bound.</param>
    public sealed record Between(Operand Value, Operand Low, Operand High) : ConditionNode;

    /// <summary><c>value IN (candidates)</c>: equal to one of them.</summary>
    /// <param name="Value">What is tested.</param>
    /// <param name="Candidates">At least one.</param>
    public sealed record In(Operand Value, IReadOnlyList<Operand> Candidates) : ConditionNode;

    /// <summary><c>attribute_exists</c>; its opposite is <see cref="NotExists"/>. A value of type NULL exists.</summary>
    /// <param name="Path">Where something must be.</param>
    public sealed record Exists(DocumentPath Path) : ConditionNode;

    /// <summary><c>attribute_not_exists</c>.</summary>
    /// <param name="Path">Where nothing may be.</param>
    public sealed record NotExists(DocumentPath Path) : ConditionNode;

    /// <summary><c>attribute_type</c>.</summary>
    /// <param name="Value">What is tested.</param>
    /// <param name="Type">The type it must have.</param>
    public sealed record HasType(Operand Value, AttributeType Type) : ConditionNode;

    /// <summary><c>begins_with</c>: a string or binary begins with another one.</summary>
    /// <param name="Value">The whole.</param>
    /// <param name="Prefix">Its beginning.</param>
    public sealed record BeginsWith(Operand Value, Operand Prefix) : ConditionNode;

    /// <summary><c>contains</c>: part of a string or binary, member of a set, element of a list.</summary>
    /// <param name="Value">The whole.</param>
    /// <param name="Part">What it must contain.</param>
    public sealed record Contains(Operand Value, Operand Part) : ConditionNode;
}
