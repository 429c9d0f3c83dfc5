using DaxProxy.Core.Errors;
using DaxProxy.Core.Expressions;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Partiql;

/// <summary>Parses one statement. Grammar: <c>PartiqlGrammar.md</c>.</summary>
internal sealed class StatementParser : TermParser
{
    private StatementParser(IReadOnlyList<StatementToken> tokens)
        : base(tokens)
    {
    }

    /// <summary>
    /// Parses a statement. Faults of form come first, then numbers out of range, then a count of parameters that is too small. What the
    /// terms mean is the binder's to find out.
    /// </summary>
    public static DynamoError? TryParse(string text, int parametersGiven, out Statement? statement)
    {
        statement = null;
        if (StatementLexer.TryRead(text) is not { } tokens)
        {
            return PartiqlFaults.NotWellFormed("");
        }

        StatementParser parser = new(tokens);
        Statement? parsed = parser.Parse();
        DynamoError? error = parser.Fault
            ?? parser.NumberFault
            ?? (parser.HasEmptyName ? PartiqlFaults.EmptyPart : null)
            ?? (parser.Parameters > parametersGiven ? PartiqlFaults.ParameterCount : null);
        statement = error is null ? parsed : null;
        return error;
    }

    private Statement? Parse()
    {
        Statement? statement = ParseStatement();
        if (statement is null)
        {
            return null;
        }

        Skip(StatementTokenKind.Semicolon);
        return Current.Kind == StatementTokenKind.End || Fail(PartiqlFaults.LeftOver) ? statement : null;
    }

    private Statement? ParseStatement()
    {
        if (Skip("select"))
        {
            return ParseSelect();
        }

        if (Skip("insert"))
        {
            return ParseInsert();
        }

        if (Skip("update"))
        {
            return ParseUpdate();
        }

        if (Skip("from"))
        {
            return ParseFromUpdate();
        }

        if (Skip("delete"))
        {
            return ParseDelete();
        }

        if (Skip("exists"))
        {
            return ParseExists();
        }

        // The service parses any expression, and then refuses it for what it is. Its words are known for the test of a type.
        if (Current.IsName && Following.IsKeyword("is"))
        {
            ParseTerm();
            Fail(PartiqlFaults.TypeTestAlone);
            return null;
        }

        Fail(PartiqlFaults.ExpectedManipulation);
        return null;
    }

    private Statement.Selection? ParseSelect()
    {
        List<Term>? columns = null;
        if (!Skip(StatementTokenKind.Star) && (columns = ParseColumns()) is null)
        {
            return null;
        }

        if (!Current.IsKeyword("from"))
        {
            Fail(PartiqlFaults.ExpectedFrom);
            return null;
        }

        Advance();
        if (!Current.IsName)
        {
            // A table is parsed as a term is, and refused as one.
            ParseTerm();
            Fail(PartiqlFaults.UnexpectedTerm);
            return null;
        }

        if (ParseSource(mayAlias: false) is not { } source || !ParseWhere(out Term? where) || ParseOrderBy() is not { } orderBy)
        {
            return null;
        }

        if (Current.IsKeyword("limit") || Current.IsKeyword("group") || Current.IsKeyword("having"))
        {
            Fail(PartiqlFaults.UnsupportedClause(Current.Text.ToUpperInvariant(), Current.Span));
            return null;
        }

        return new Statement.Selection { Source = source, Columns = columns, Where = where, OrderBy = orderBy };
    }

    private List<Term>? ParseColumns()
    {
        List<Term> columns = [];
        do
        {
            if (ParseTerm() is not Term column)
            {
                return null;
            }

            if (Current.IsName || Current.IsKeyword("as"))
            {
                Fail(PartiqlFaults.Aliasing);
                return null;
            }

            columns.Add(column);
        }
        while (Skip(StatementTokenKind.Comma));
        return columns;
    }

    private List<Statement.Ordering>? ParseOrderBy()
    {
        List<Statement.Ordering> orderings = [];
        if (!Skip("order"))
        {
            return orderings;
        }

        if (!Expect("by"))
        {
            return null;
        }

        do
        {
            if (ParseSimplePath() is not DocumentPath path)
            {
                return null;
            }

            orderings.Add(new Statement.Ordering(path, !Skip("asc") && Skip("desc")));
        }
        while (Skip(StatementTokenKind.Comma));
        return orderings;
    }

    private Statement.Insert? ParseInsert()
    {
        if (!Expect("into"))
        {
            return null;
        }

        SourceSpan table = Current.Span;
        if (ParseSource(mayAlias: true) is not { } source)
        {
            return null;
        }

        if (!Skip("value"))
        {
            Fail(PartiqlFaults.LeftOver);
            return null;
        }

        return ParseItem() is Term item ? new Statement.Insert(item, table) { Source = source } : null;
    }

    private Statement.Update? ParseUpdate() =>
        ParseSource(mayAlias: false) is { } source
        && ParseClauses() is { } assignments
        && ParseWhere(out Term? where)
        && ParseReturning() is ReturnValues returning
            ? new Statement.Update(assignments, returning) { Source = source, Where = where }
            : null;

    private Statement.Update? ParseFromUpdate() =>
        ParseSource(mayAlias: false) is { } source
        && ParseWhere(out Term? where)
        && ParseClauses() is { } assignments
        && ParseReturning() is ReturnValues returning
            ? new Statement.Update(assignments, returning) { Source = source, Where = where }
            : null;

    private Statement.Delete? ParseDelete() =>
        Expect("from")
        && ParseSource(mayAlias: false) is { } source
        && ParseWhere(out Term? where)
        && ParseReturning() is ReturnValues returning
            ? new Statement.Delete(returning) { Source = source, Where = where }
            : null;

    private Statement.Exists? ParseExists() =>
        Expect(StatementTokenKind.OpenParenthesis)
            && Expect("select")
            && ParseSelect() is { } read
            && Expect(StatementTokenKind.CloseParenthesis)
            ? new Statement.Exists(read) { Source = read.Source }
            : null;

    /// <summary>The names of FROM, of INTO or of UPDATE. An alias has a fault of its own but after INTO.</summary>
    private List<string>? ParseSource(bool mayAlias)
    {
        if (ParseSimplePath() is not DocumentPath path)
        {
            return null;
        }

        if (path.Elements.Count > 2)
        {
            Fail(PartiqlFaults.TooManyFromParts);
            return null;
        }

        if (path.Elements.Any(element => element.IsIndex))
        {
            Fail(PartiqlFaults.LeftOver);
            return null;
        }

        if (!mayAlias && (Current.IsName || Current.IsKeyword("as")))
        {
            Fail(PartiqlFaults.Aliasing);
            return null;
        }

        return [.. path.Elements.Select(element => element.Name!)];
    }

    private bool ParseWhere(out Term? where)
    {
        where = null;
        if (!Skip("where"))
        {
            return true;
        }

        where = ParseTerm();
        return where is not null;
    }

    private List<Statement.Assignment>? ParseClauses()
    {
        List<Statement.Assignment> assignments = [];
        while (Current.IsKeyword("set") || Current.IsKeyword("remove"))
        {
            bool isSet = Advance().Text == "set";
            do
            {
                if (ParseAssignment(isSet) is not { } assignment)
                {
                    return null;
                }

                assignments.Add(assignment);
            }
            while (Skip(StatementTokenKind.Comma));
        }

        return assignments.Count > 0 || Fail(PartiqlFaults.ExpectedManipulation) ? assignments : null;
    }

    private Statement.Assignment? ParseAssignment(bool isSet)
    {
        if (ParseSimplePath() is not DocumentPath target)
        {
            return null;
        }

        if (!isSet)
        {
            return new Statement.Assignment(target, null);
        }

        if (!Current.IsOperator("="))
        {
            Fail("Expected = operator");
            return null;
        }

        Advance();
        return ParseTerm() is Term value ? new Statement.Assignment(target, value) : null;
    }

    private ReturnValues? ParseReturning()
    {
        if (!Skip("returning"))
        {
            return ReturnValues.NONE;
        }

        bool isAll = Skip("all");
        if (!isAll && !Expect("modified"))
        {
            return null;
        }

        bool isOld = Skip("old");
        if ((!isOld && !Expect("new")) || !Expect(StatementTokenKind.Star))
        {
            return null;
        }

        return (isAll, isOld) switch
        {
            (true, true) => ReturnValues.ALL_OLD,
            (true, false) => ReturnValues.ALL_NEW,
            (false, true) => ReturnValues.UPDATED_OLD,
            _ => ReturnValues.UPDATED_NEW,
        };
    }
}
