using System.Globalization;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Expressions;
using DaxProxy.Core.Items;

namespace DaxProxy.Core.Partiql;

/// <summary>Parses terms by precedence climbing. Grammar: <c>PartiqlGrammar.md</c>.</summary>
internal abstract class TermParser(IReadOnlyList<StatementToken> tokens) : TokenReader(tokens)
{
    private const int Loosest = 0;
    private const int OrPrecedence = 1;
    private const int AndPrecedence = 2;
    private const int NotPrecedence = 3;
    private const int EqualityPrecedence = 4;
    private const int OrderPrecedence = 5;
    private const int SumPrecedence = 6;

    // Where the literal being parsed stands in the one it belongs to, for the faults of numbers.
    private readonly List<string> place = [];
    private bool isItem;

    /// <summary>The first number that DynamoDB cannot store; it is reported only where the form of the whole statement is right.</summary>
    public DynamoError? NumberFault { get; private set; }

    /// <summary>How many parameters there are.</summary>
    public int Parameters { get; private set; }

    /// <summary>Whether a quoted name is empty.</summary>
    protected bool HasEmptyName { get; private set; }

    protected Term? ParseTerm() => ParseTerm(Loosest);

    /// <summary>An item to insert. For the faults of numbers each of its attributes is a value of its own.</summary>
    protected Term? ParseItem()
    {
        isItem = true;
        return ParseTerm();
    }

    /// <summary>An attribute where nothing else may stand.</summary>
    protected DocumentPath? ParseSimplePath()
    {
        if (!Current.IsName)
        {
            Fail(PartiqlFaults.ExpectedIdentifier);
            return null;
        }

        return ParsePath()?.Value;
    }

    protected string NameOf(StatementToken name)
    {
        HasEmptyName |= name.Text.Length == 0;
        return name.Text;
    }

    private Term? ParseTerm(int precedence)
    {
        if (!Enter())
        {
            return null;
        }

        int links = 0;
        Term? term = ParsePrefix();
        while (term is not null && PrecedenceOfInfix() > precedence)
        {
            // A chain leans to the left: each link is another level of the tree.
            if (!Current.IsKeyword("and") && !Current.IsKeyword("or"))
            {
                links++;
                if (!Enter())
                {
                    return null;
                }
            }

            term = ParseInfix(term);
        }

        while (links-- > 0)
        {
            Leave();
        }

        Leave();
        return term;
    }

    private int PrecedenceOfInfix() => Current switch
    {
        { Kind: StatementTokenKind.Keyword, Text: "or" } => OrPrecedence,
        { Kind: StatementTokenKind.Keyword, Text: "and" } => AndPrecedence,
        { Kind: StatementTokenKind.Keyword, Text: "is" or "in" } => EqualityPrecedence,
        { Kind: StatementTokenKind.Keyword, Text: "not" } when Following.IsKeyword("in") => EqualityPrecedence,
        { Kind: StatementTokenKind.Keyword, Text: "not" } when Following.IsKeyword("between") => OrderPrecedence,
        { Kind: StatementTokenKind.Keyword, Text: "between" } => OrderPrecedence,
        { Kind: StatementTokenKind.Operator, Text: "=" or "<>" or "!=" } => EqualityPrecedence,
        { Kind: StatementTokenKind.Operator, Text: "+" or "-" } => SumPrecedence,
        { Kind: StatementTokenKind.Operator } => OrderPrecedence,
        _ => Loosest,
    };

    private Term? ParsePrefix()
    {
        StatementToken first = Current;
        if (first.IsKeyword("not"))
        {
            Advance();
            return ParseTerm(NotPrecedence) is Term inner ? new Term.Not(inner, first.Span) : null;
        }

        if ((first.IsOperator("-") || first.IsOperator("+")) && Following.Kind == StatementTokenKind.Number)
        {
            Advance();
            return MakeNumber(first.Text + Advance().Text, first.Span);
        }

        return ParsePrimary();
    }

    private Term? ParseInfix(Term left)
    {
        StatementToken sign = Advance();
        bool isNegated = sign.IsKeyword("not");
        if (isNegated)
        {
            sign = Advance();
        }

        if (Current.Kind == StatementTokenKind.End && !sign.IsKeyword("is"))
        {
            Fail(PartiqlFaults.NoRightHandSide);
            return null;
        }

        Term? term = sign.Text switch
        {
            "or" => Join(left, false),
            "and" => Join(left, true),
            "is" => ParseType(left),
            "in" => ParseIn(left),
            "between" => ParseBetween(left),
            "+" or "-" => ParseTerm(SumPrecedence) is Term right ? new Term.Arithmetic(left, sign.Text == "-", right, left.Span) : null,
            _ => ParseComparison(left, sign.Text),
        };
        return isNegated && term is not null ? new Term.Not(term, term.Span) : term;
    }

    /// <summary>Chains of one connective are one node, however long.</summary>
    private Term.Logical? Join(Term left, bool isAnd)
    {
        List<Term> terms = [left];
        string connective = isAnd ? "and" : "or";
        do
        {
            if (Current.Kind == StatementTokenKind.End)
            {
                Fail(PartiqlFaults.NoRightHandSide);
                return null;
            }

            if (ParseTerm(isAnd ? AndPrecedence : OrPrecedence) is not Term next)
            {
                return null;
            }

            terms.Add(next);
        }
        while (Skip(connective));
        return new Term.Logical(isAnd, terms, left.Span);
    }

    private Term.Comparison? ParseComparison(Term left, string sign)
    {
        Comparator comparator = sign switch
        {
            "=" => Comparator.Equal,
            "<>" or "!=" => Comparator.NotEqual,
            "<" => Comparator.Less,
            "<=" => Comparator.LessOrEqual,
            ">" => Comparator.Greater,
            _ => Comparator.GreaterOrEqual,
        };
        bool isEquality = comparator is Comparator.Equal or Comparator.NotEqual;
        return ParseTerm(isEquality ? EqualityPrecedence : OrderPrecedence) is Term right
            ? new Term.Comparison(left, comparator, right, left.Span)
            : null;
    }

    private Term? ParseType(Term value)
    {
        bool isNegated = Skip("not");
        string name = Current.Kind == StatementTokenKind.Identifier ? Current.Text.ToLowerInvariant() : Current.Text;
        if (TypeNames.SecondWordOf(name) is { } second && Following.IsKeyword(second))
        {
            Advance();
            name += " " + second;
        }

        if (Current.Kind is not (StatementTokenKind.Keyword or StatementTokenKind.Identifier) || !TypeNames.Contains(name))
        {
            Fail(PartiqlFaults.ExpectedType);
            return null;
        }

        Advance();
        Term.IsType test = new(value, name, value.Span);
        return isNegated ? new Term.Not(test, value.Span) : test;
    }

    private Term.In? ParseIn(Term value)
    {
        if (Current.Kind != StatementTokenKind.OpenParenthesis)
        {
            return ParseTerm(EqualityPrecedence) is Term list ? new Term.In(value, list, value.Span) : null;
        }

        SourceSpan span = Advance().Span;
        return ParseTerms(StatementTokenKind.CloseParenthesis, isLiteral: true) is { } candidates
            ? new Term.In(value, new Term.ListOf(candidates, span), value.Span)
            : null;
    }

    private Term.Between? ParseBetween(Term value) =>
        ParseTerm(OrderPrecedence) is Term low && Expect("and") && ParseTerm(OrderPrecedence) is Term high
            ? new Term.Between(value, low, high, value.Span)
            : null;

    private Term? ParsePrimary()
    {
        StatementToken first = Current;
        switch (first.Kind)
        {
            case StatementTokenKind.Identifier or StatementTokenKind.QuotedIdentifier:
                return first.Kind == StatementTokenKind.Identifier && Following.Kind == StatementTokenKind.OpenParenthesis
                    ? ParseCall()
                    : ParsePath();
            case StatementTokenKind.Keyword:
                return ParseKeyword();
            case StatementTokenKind.String:
                return new Term.Literal(AttributeValue.FromString(Advance().Text), first.Span);
            case StatementTokenKind.Number:
                return MakeNumber(Advance().Text, first.Span);
            case StatementTokenKind.Parameter:
                Advance();
                return new Term.Parameter(Parameters++, first.Span);
            case StatementTokenKind.OpenParenthesis:
                Advance();
                return ParseTerm() is Term inner && Expect(StatementTokenKind.CloseParenthesis) ? inner : null;
            case StatementTokenKind.OpenBracket:
                Advance();
                return ParseTerms(StatementTokenKind.CloseBracket, isLiteral: true) is { } elements
                    ? new Term.ListOf(elements, first.Span)
                    : null;
            case StatementTokenKind.OpenBag:
                Advance();
                return ParseTerms(StatementTokenKind.CloseBag, isLiteral: true) is { } members ? new Term.Bag(members, first.Span) : null;
            case StatementTokenKind.OpenBrace:
                return ParseTuple();
            default:
                Fail(first.Kind is StatementTokenKind.Operator or StatementTokenKind.Star
                    ? PartiqlFaults.UnexpectedOperator
                    : PartiqlFaults.UnexpectedTerm);
                return null;
        }
    }

    private Term? ParseKeyword()
    {
        StatementToken word = Current;
        if (Keywords.IsFunction(word.Text) && Following.Kind == StatementTokenKind.OpenParenthesis)
        {
            return ParseCall();
        }

        AttributeValue? value = word.Text switch
        {
            "true" => AttributeValue.True,
            "false" => AttributeValue.False,
            "null" => AttributeValue.Null,
            _ => null,
        };
        if (value is not null)
        {
            Advance();
            return new Term.Literal(value, word.Span);
        }

        bool isOperator = word.Text is "and" or "or" or "is" or "in" or "between" or "like" or "union" or "intersect" or "except";
        Fail(isOperator ? PartiqlFaults.UnexpectedOperator : PartiqlFaults.UnexpectedKeyword);
        return null;
    }

    private Term.Call? ParseCall()
    {
        StatementToken name = Advance();
        Advance();
        if (name.IsKeyword("count") && Skip(StatementTokenKind.Star))
        {
            return Expect(StatementTokenKind.CloseParenthesis) ? new Term.Call(name.Text, [], name.Span) : null;
        }

        return ParseTerms(StatementTokenKind.CloseParenthesis, isLiteral: false) is { } operands
            ? new Term.Call(name.Text.ToLowerInvariant(), operands, name.Span)
            : null;
    }

    private Term.Path? ParsePath()
    {
        StatementToken first = Advance();
        List<PathElement> elements = [new PathElement(NameOf(first))];
        while (true)
        {
            if (Skip(StatementTokenKind.Dot))
            {
                if (!Current.IsName)
                {
                    Fail(PartiqlFaults.InvalidDot);
                    return null;
                }

                elements.Add(new PathElement(NameOf(Advance())));
            }
            else if (Skip(StatementTokenKind.OpenBracket))
            {
                if (ParseStep() is not PathElement element || !Expect(StatementTokenKind.CloseBracket))
                {
                    return null;
                }

                elements.Add(element);
            }
            else
            {
                return new Term.Path(new DocumentPath(elements), first.Span);
            }
        }
    }

    /// <summary>What stands between brackets: a position of a list, or the name of an attribute as a string.</summary>
    private PathElement? ParseStep()
    {
        StatementToken step = Advance();
        if (step.Kind == StatementTokenKind.String)
        {
            return new PathElement(NameOf(step));
        }

        if (step.Kind == StatementTokenKind.Number
            && int.TryParse(step.Text, NumberStyles.None, CultureInfo.InvariantCulture, out int index))
        {
            return new PathElement(index);
        }

        Fail(PartiqlFaults.UnexpectedPath(step.Span));
        return null;
    }

    private List<Term>? ParseTerms(StatementTokenKind close, bool isLiteral)
    {
        List<Term> terms = [];
        if (Skip(close))
        {
            return terms;
        }

        do
        {
            if (ParseMember(isLiteral ? $"[{terms.Count}]" : "") is not Term term)
            {
                return null;
            }

            terms.Add(term);
        }
        while (Skip(StatementTokenKind.Comma));
        return Expect(close) ? terms : null;
    }

    private Term.Tuple? ParseTuple()
    {
        StatementToken open = Advance();
        List<KeyValuePair<string, Term>> members = [];
        if (Skip(StatementTokenKind.CloseBrace))
        {
            return new Term.Tuple(members, open.Span);
        }

        do
        {
            string name = Current.Text;
            string step = isItem && place.Count == 0 ? "" : "." + name;
            if (!Expect(StatementTokenKind.String) || !Expect(StatementTokenKind.Colon) || ParseMember(step) is not Term value)
            {
                return null;
            }

            members.Add(new(name, value));
        }
        while (Skip(StatementTokenKind.Comma));
        return Expect(StatementTokenKind.CloseBrace) ? new Term.Tuple(members, open.Span) : null;
    }

    private Term? ParseMember(string step)
    {
        place.Add(step);
        Term? term = ParseTerm();
        place.RemoveAt(place.Count - 1);
        return term;
    }

    private Term.Literal MakeNumber(string text, SourceSpan span)
    {
        NumberFault fault = Number.TryParse(text.AsSpan(), out Number number);
        if (fault != Items.NumberFault.None)
        {
            NumberFault ??= PartiqlFaults.Number(ValueFaults.Number(fault, text, ValidationLayer.Older), "root" + string.Concat(place));
        }

        return new Term.Literal(AttributeValue.FromNumber(number), span);
    }
}
