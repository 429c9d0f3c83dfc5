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
    private const int MaxCandidates = 100;

    private readonly string text = text;

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
        string sign = Current.In(text).ToString();
        CountOperator();
        Advance();
        if (ParseOperand() is not Operand right)
        {
            return null;
        }

        ConditionChecks.NoCalls(ref faults, left, right);
        ConditionChecks.Distinct(ref faults, sign, left, right);
        if (comparator is not (Comparator.Equal or Comparator.NotEqual))
        {
            ConditionChecks.Ordered(ref faults, sign, left, right);
        }

        faults.EndPrimitive();
        return new Term(new ConditionNode.Comparison(left, comparator, right));
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

        ConditionChecks.NoCalls(ref faults, value, low, high);
        ConditionChecks.Distinct(ref faults, "BETWEEN", value, low, high);
        ConditionChecks.Ordered(ref faults, "BETWEEN", value, low, high);
        ConditionChecks.Bounds(ref faults, low, high);
        faults.EndPrimitive();
        return new Term(new ConditionNode.Between(value, low, high));
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

        Operand[] array = [.. candidates];
        ConditionChecks.NoCalls(ref faults, value);
        ConditionChecks.NoCalls(ref faults, array);
        ConditionChecks.Distinct(ref faults, "IN", value, array);
        if (array.Length > MaxCandidates)
        {
            faults.Record(FaultClass.Limit, ExpressionFaults.TooManyCandidates(array.Length));
        }

        faults.EndPrimitive();
        return new Term(new ConditionNode.In(value, array));
    }

    /// <summary>Turns a term that stands where a condition must stand into one; a bare operand there is a fault.</summary>
    private ConditionNode? AsCondition(Term? term)
    {
        switch (term)
        {
            case null:
                return null;
            case { Condition: ConditionNode condition }:
                return condition;
            case { Operand: Operand.Call call }:
                faults.EndPrimitive();
                return call.Meaning;
            case { Operand: Operand.Size }:
                faults.Record(FaultClass.MisusedFunction, ExpressionFaults.MisusedFunction("size"));
                faults.EndPrimitive();
                return ConditionFunctions.Faulty;
            default:
                FailAtCurrent();
                return null;
        }
    }

    /// <summary>A condition, or an operand that waits for its operator; exactly one of them is there.</summary>
    private readonly record struct Term(ConditionNode? Condition, Operand? Operand = null);
}
