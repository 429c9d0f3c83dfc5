using DaxProxy.Core.Errors;

namespace DaxProxy.Core.Expressions;

/// <summary>
/// Parses conditions, filters and key conditions.
/// <code>
/// or        = and { OR and }
/// and       = not { AND not }
/// not       = NOT not | primary
/// primary   = "(" or ")" | operand cmp operand | operand BETWEEN operand AND operand
///           | operand IN "(" operand { "," operand } ")" | call of a boolean function
/// cmp       = "=" | "&lt;&gt;" | "&lt;" | "&lt;=" | "&gt;" | "&gt;="
/// </code>
/// </summary>
/// <remarks>
/// A <c>(</c> may open a condition or an operand. Both are read by the same methods. They return a <see cref="ParsedTerm"/>: a condition,
/// or an operand that still waits for its operator.
/// </remarks>
internal sealed class ConditionParser(string text, ExpressionKind kind, ExpressionAttributes attributes)
    : ExpressionParser(text, kind, attributes)
{
    /// <summary>Parses the whole text.</summary>
    public DynamoError? Parse(out ConditionNode? root)
    {
        root = Begin() ? AsCondition(ParseOr()) : null;
        DynamoError? error = Finish();
        root = error is null ? root : null;
        return error;
    }

    protected override bool IsKeyword(ReadOnlySpan<char> identifier) =>
        identifier.Length is 2 or 3 or 7
        && (identifier.Equals("AND", StringComparison.OrdinalIgnoreCase) || identifier.Equals("OR", StringComparison.OrdinalIgnoreCase)
            || identifier.Equals("NOT", StringComparison.OrdinalIgnoreCase) || identifier.Equals("IN", StringComparison.OrdinalIgnoreCase)
            || identifier.Equals("BETWEEN", StringComparison.OrdinalIgnoreCase));

    protected override Operand MakeCall(string function, List<Operand> operands) =>
        ConditionFunctions.Make(ref faults, function, operands);

    private ParsedTerm? ParseOr()
    {
        ParsedTerm? first = ParseAnd();
        if (first is null || !IsWord("OR"))
        {
            return first;
        }

        List<ConditionNode>? terms = ParseChain(first.Value, "OR");
        return terms is null ? null : new ParsedTerm(new ConditionNode.Or(terms));
    }

    private ParsedTerm? ParseAnd()
    {
        ParsedTerm? first = ParseNot();
        if (first is null || !IsWord("AND"))
        {
            return first;
        }

        List<ConditionNode>? terms = ParseChain(first.Value, "AND");
        return terms is null ? null : new ParsedTerm(new ConditionNode.And(terms));
    }

    private List<ConditionNode>? ParseChain(ParsedTerm first, string keyword)
    {
        List<ConditionNode> terms = [];
        ConditionNode? condition = AsCondition(first);
        while (condition is not null)
        {
            terms.Add(condition);
            if (!IsWord(keyword))
            {
                return terms;
            }

            CountOperator();
            Advance();
            condition = AsCondition(keyword == "OR" ? ParseAnd() : ParseNot());
        }

        return null;
    }

    private ParsedTerm? ParseNot()
    {
        if (!IsWord("NOT"))
        {
            return ParsePrimary();
        }

        CountOperator();
        Advance();
        if (!Enter() || AsCondition(ParseNot()) is not ConditionNode condition)
        {
            return null;
        }

        Leave();
        return new ParsedTerm(new ConditionNode.Not(condition));
    }

    private ParsedTerm? ParsePrimary()
    {
        if (Current.Kind != TokenKind.OpenParenthesis)
        {
            return ParseOperand() is Operand operand ? ParseAfterOperand(operand) : null;
        }

        Token open = Current;
        Advance();
        if (!Enter() || ParseOr() is not ParsedTerm inner || !Close(open, out bool isRedundant) || (isRedundant && !OnRedundant()))
        {
            return null;
        }

        Leave();
        return inner.Operand is null ? inner : ParseAfterOperand(inner.Operand);
    }

    private ParsedTerm? ParseAfterOperand(Operand left)
    {
        if (ComparatorOf(Current.Kind) is Comparator comparator)
        {
            return ParseComparison(left, comparator);
        }

        return IsWord("BETWEEN") ? ParseBetween(left) : IsWord("IN") ? ParseIn(left) : new ParsedTerm(null, left);
    }

    private static Comparator? ComparatorOf(TokenKind kind) => kind switch
    {
        TokenKind.Equal => Comparator.Equal,
        TokenKind.NotEqual => Comparator.NotEqual,
        TokenKind.Less => Comparator.Less,
        TokenKind.LessOrEqual => Comparator.LessOrEqual,
        TokenKind.Greater => Comparator.Greater,
        TokenKind.GreaterOrEqual => Comparator.GreaterOrEqual,
        _ => null,
    };

    private ParsedTerm? ParseComparison(Operand left, Comparator comparator)
    {
        CountOperator();
        Advance();
        if (ParseOperand() is not Operand right)
        {
            return null;
        }

        return new ParsedTerm(ConditionPrimitives.Compare(ref faults, left, comparator, right));
    }

    private ParsedTerm? ParseBetween(Operand value)
    {
        CountOperator();
        Advance();
        if (ParseOperand() is not Operand low)
        {
            return null;
        }

        if (!IsWord("AND"))
        {
            FailAtCurrent();
            return null;
        }

        Advance();
        if (ParseOperand() is not Operand high)
        {
            return null;
        }

        return new ParsedTerm(ConditionPrimitives.Between(ref faults, value, low, high));
    }

    private ParsedTerm? ParseIn(Operand value)
    {
        CountOperator();
        Advance();
        Token open = Current;
        if (open.Kind != TokenKind.OpenParenthesis)
        {
            FailAtCurrent();
            return null;
        }

        List<Operand> candidates = [];
        do
        {
            Advance();
            if (ParseOperand() is not Operand candidate)
            {
                return null;
            }

            candidates.Add(candidate);
        }
        while (Current.Kind == TokenKind.Comma);

        if (!Close(open, out _))
        {
            return null;
        }

        return new ParsedTerm(ConditionPrimitives.In(ref faults, value, [.. candidates]));
    }

    /// <summary>Turns a term that stands where a condition must stand into one; a bare operand there is a fault.</summary>
    private ConditionNode? AsCondition(ParsedTerm? term)
    {
        if (term is not { } read)
        {
            return null;
        }

        ConditionNode? condition = read.Condition ?? ConditionPrimitives.OfCall(ref faults, read.Operand!);
        if (condition is null)
        {
            FailAtCurrent();
        }

        return condition;
    }

    /// <summary>A condition, or an operand that waits for its operator; exactly one of them is there.</summary>
    private readonly record struct ParsedTerm(ConditionNode? Condition, Operand? Operand = null);
}
