using DaxProxy.Core.Expressions;
using DaxProxy.Core.Items;

namespace DaxProxy.Core.Partiql;

/// <summary>A term of a statement as it is written; what it may mean depends on where it stands.</summary>
/// <remarks>Immutable. As deep as the parser lets it be, which bounds all recursion over it. The set of kinds is closed.</remarks>
/// <param name="Span">Its first token.</param>
internal abstract record Term(SourceSpan Span)
{
    /// <summary>An attribute.</summary>
    public sealed record Path(DocumentPath Value, SourceSpan Span) : Term(Span);

    /// <summary>A scalar written out.</summary>
    public sealed record Literal(AttributeValue Value, SourceSpan Span) : Term(Span);

    /// <summary>The question mark of this position, from 0.</summary>
    public sealed record Parameter(int Position, SourceSpan Span) : Term(Span);

    /// <summary>A list: <c>[a, b]</c>, or the parenthesised right side of IN.</summary>
    public sealed record ListOf(IReadOnlyList<Term> Elements, SourceSpan Span) : Term(Span);

    /// <summary>A set: <c>&lt;&lt;a, b&gt;&gt;</c>.</summary>
    public sealed record Bag(IReadOnlyList<Term> Members, SourceSpan Span) : Term(Span);

    /// <summary>A map: <c>{'k': a}</c>.</summary>
    public sealed record Tuple(IReadOnlyList<KeyValuePair<string, Term>> Members, SourceSpan Span) : Term(Span);

    /// <summary>A function call; the name is in lower case.</summary>
    public sealed record Call(string Function, IReadOnlyList<Term> Operands, SourceSpan Span) : Term(Span);

    /// <summary>Two or more terms joined by AND, or by OR.</summary>
    public sealed record Logical(bool IsAnd, IReadOnlyList<Term> Terms, SourceSpan Span) : Term(Span);

    /// <summary>The opposite.</summary>
    public sealed record Not(Term Inner, SourceSpan Span) : Term(Span);

    /// <summary>Two terms compared.</summary>
    public sealed record Comparison(Term Left, Comparator Operator, Term Right, SourceSpan Span) : Term(Span);

    /// <summary>A sum or difference.</summary>
    public sealed record Arithmetic(Term Left, bool IsSubtraction, Term Right, SourceSpan Span) : Term(Span);

    /// <summary>A range, bounds included.</summary>
    public sealed record Between(Term Value, Term Low, Term High, SourceSpan Span) : Term(Span);

    /// <summary>Membership of a list; a parameter may stand for the list.</summary>
    public sealed record In(Term Value, Term Candidates, SourceSpan Span) : Term(Span);

    /// <summary>IS with the name of a type in lower case.</summary>
    public sealed record IsType(Term Value, string Type, SourceSpan Span) : Term(Span);
}
