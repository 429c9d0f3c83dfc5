using DaxProxy.Core.Items;

namespace DaxProxy.Core.Expressions;

/// <summary>What conditions compare and updates store: an attribute, a constant, or something computed from operands.</summary>
/// <remarks>
/// Immutable and thread-safe; equal where written alike after substitution. The set of kinds is closed. <see cref="Size"/> belongs to
/// conditions, the last three to updates. Code that builds operands without a parser must bound their depth.
/// </remarks>
public abstract record Operand
{
    private Operand()
    {
    }

    /// <summary>The type that is known without an item; null where it depends on one.</summary>
    internal AttributeType? StaticType => this switch
    {
        Constant constant => constant.Value.Type,
        Size => AttributeType.N,
        _ => null,
    };

    /// <summary>The value at a path of the item.</summary>
    /// <param name="Path">Where.</param>
    public sealed record Attribute(DocumentPath Path) : Operand;

    /// <summary>A value of the request.</summary>
    /// <param name="Value">The value.</param>
    public sealed record Constant(AttributeValue Value) : Operand;

    /// <summary><c>size(x)</c>: bytes of a string (as UTF-8) or binary, elements of anything else; nothing for N, BOOL and NULL.</summary>
    /// <param name="Of">What is measured.</param>
    public sealed record Size(Operand Of) : Operand;

    /// <summary><c>if_not_exists(path, otherwise)</c>.</summary>
    /// <param name="Path">Read first.</param>
    /// <param name="Otherwise">The value where nothing is there.</param>
    public sealed record IfNotExists(DocumentPath Path, Operand Otherwise) : Operand;

    /// <summary><c>list_append(first, second)</c>: the elements of both lists.</summary>
    /// <param name="First">The first list.</param>
    /// <param name="Second">The second list.</param>
    public sealed record ListAppend(Operand First, Operand Second) : Operand;

    /// <summary><c>left + right</c> or <c>left - right</c>, exact.</summary>
    /// <param name="Left">A number.</param>
    /// <param name="IsSubtraction">Whether the right number is taken from the left one.</param>
    /// <param name="Right">A number.</param>
    public sealed record Arithmetic(Operand Left, bool IsSubtraction, Operand Right) : Operand;

    /// <summary>
    /// A function call that is a condition, until the parser knows that it stands where a condition may stand. Never part of a tree.
    /// </summary>
    internal sealed record Call(string Function, ConditionNode Meaning) : Operand;
}
