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
/// A <c>(</c> may open a condition or an operand. Both are read by the same methods, which return a <see cref="Term"/>: a condition, or an
/// operand that still waits for its operator.
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

    private Term? ParseOr()
    {
        Term? first = ParseAnd();
        if (first is null || !IsWord("OR"))
        {
            return first;
        }

        List<ConditionNode>? terms = ParseChain(first.Value, "OR");
        return terms is null ? null : new Term(new ConditionNode.Or(terms));
    }

    private Term? ParseAnd()
    {
        Term? first = ParseNot();
        if (first is null || !IsWord("AND"))
        {
            return first;
        }

        List<ConditionNode>? terms = ParseChain(first.Value, "AND");
        return terms is null ? null : new Term(new ConditionNode.And(terms));
    }

    private List<ConditionNode>? ParseChain(Term first, string keyword)
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

    private Term? ParseNot()
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
        return new Term(new ConditionNode.Not(condition));
    }

    private Term? ParsePrimary()
    {
        if (Current.Kind != TokenKind.OpenParenthesis)
        {
            return ParseOperand() is Operand operand ? ParseAfterOperand(operand) : null;
        }

        Token open = Current;
        Advance();
        if (!Enter() || ParseOr() is not Term inner || !Close(open, out bool isRedundant) || (isRedundant && !OnRedundant()))
        {
            return null;
        }

        Leave();
        return inner.Operand is null ? inner : ParseAfterOperand(inner.Operand);
    }

    private Term? ParseAfterOperand(Operand left)
    {
        if (ComparatorOf(Current.Kind) is Comparator comparator)
        {
            return ParseComparison(left, comparator);
        }

        return IsWord("BETWEEN") ? ParseBetween(left) : IsWord("IN") ? ParseIn(left) : new Term(null, left);
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

    private Term? ParseComparison(Operand left, Comparator comparator)
    {
        CountOperator();
        Advance();
        if (ParseOperand() is not Operand right)
        {
            return null;
        }

        return new Term(ConditionPrimitives.Compare(ref faults, left, comparator, right));
    }

    private Term? ParseBetween(Operand value)
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

        return new Term(ConditionPrimitives.Between(ref faults, value, low, high));
    }

    private Term? ParseIn(Operand value)
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

        return new Term(ConditionPrimitives.In(ref faults, value, [.. candidates]));
    }

    /// <summary>Turns a term that stands where a condition must stand into one; a bare operand there is a fault.</summary>
    private ConditionNode? AsCondition(Term? term)
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
    private readonly record struct Term(ConditionNode? Condition, Operand? Operand = null);
}
