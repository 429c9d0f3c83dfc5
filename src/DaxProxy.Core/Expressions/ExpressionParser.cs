using System.Globalization;
using System.Text;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;

namespace DaxProxy.Core.Expressions;

/// <summary>
/// What the grammars of all expressions share: tokens, paths, operands and function calls, and the report of faults.
/// <code>
/// operand = identifier "(" operand { "," operand } ")" | value-ref | path | "(" operand ")"
/// path    = ( identifier | name-ref ) { "." ( identifier | name-ref ) | "[" digits "]" }
/// </code>
/// </summary>
/// <remarks>
/// One pass, recursive descent. A fault of syntax ends it: the method that meets it sets <see cref="Failure"/> and returns null (or false),
/// and so do its callers. Every other fault goes into the ledger, with a stand-in in the tree, because a later one may outrank it.
/// <para>
/// Recursion is bounded by <see cref="MaxDepth"/>: 4096 bytes hold enough parentheses to overflow a stack. A condition without redundant
/// parentheses spends an operator on each pair and on each NOT, so 300 operators allow at most 601 levels; functions of updates take
/// twelve characters or more, which makes less than 350. Whatever goes deeper has a fault already, and that is what it reports.
/// </para>
/// </remarks>
internal abstract class ExpressionParser(string text, ExpressionKind kind, ExpressionAttributes attributes)
{
    private const int MaxBytes = 4096;
    private const int MaxDepth = 640;
    private const int MaxOperators = 300;

    private Token previous = new(TokenKind.End, 0, 0);
    private int depth;
    private int operators;

    // The pair of parentheses closed last, to see whether it fills the pair around it.
    private int lastOpened = -1;
    private int lastClosed = -1;

    /// <summary>What is wrong so far, syntax apart.</summary>
    protected FaultLedger faults;

    /// <summary>The fault that ended parsing, if one did.</summary>
    protected DynamoError? Failure { get; private set; }

    /// <summary>The token to be read next.</summary>
    protected Token Current { get; private set; }

    private string Parameter => kind switch
    {
        ExpressionKind.Condition => "ConditionExpression",
        ExpressionKind.Filter => "FilterExpression",
        ExpressionKind.KeyCondition => "KeyConditionExpression",
        ExpressionKind.Update => "UpdateExpression",
        _ => "ProjectionExpression",
    };

    /// <summary>Reads the first token, unless the text is empty or too long to be looked at.</summary>
    protected bool Begin()
    {
        if (text.Length == 0)
        {
            return Fail(ExpressionFaults.Empty);
        }

        int bytes = Encoding.UTF8.GetByteCount(text);
        if (bytes > MaxBytes)
        {
            return Fail(kind == ExpressionKind.Update ? ExpressionFaults.UpdateTooLong : ExpressionFaults.TooLong(bytes));
        }

        Current = Lexer.Next(text, 0);
        return true;
    }

    /// <summary>The outcome once everything has been read: the fault of syntax, or else the worst of the ledger, or null.</summary>
    protected DynamoError? Finish()
    {
        if (Failure is null && Current.Kind != TokenKind.End)
        {
            FailAtCurrent();
        }

        if (Failure is null && operators > MaxOperators)
        {
            faults.Record(FaultClass.Limit, ExpressionFaults.TooManyOperators(operators));
        }

        return Failure ?? (faults.Worst(kind) is string worst ? ExpressionFaults.Invalid(Parameter, worst) : null);
    }

    protected void CountOperator() => operators++;

    protected void Advance()
    {
        previous = Current;
        Current = Lexer.Next(text, Current.End);
    }

    protected bool IsWord(string keyword) =>
        Current.Kind == TokenKind.Identifier && Current.In(text).Equals(keyword, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether an identifier is a keyword of this grammar, which no name can be.</summary>
    protected abstract bool IsKeyword(ReadOnlySpan<char> identifier);

    /// <summary>Gives a function call its meaning, or records why it has none.</summary>
    protected abstract Operand MakeCall(string function, List<Operand> operands);

    /// <summary>Consumes a token of this kind; another one is a fault of syntax.</summary>
    protected bool Expect(TokenKind expected)
    {
        if (Current.Kind != expected)
        {
            return FailAtCurrent();
        }

        Advance();
        return true;
    }

    /// <summary>Goes one level deeper; false (with a failure) where that is too deep.</summary>
    protected bool Enter()
    {
        if (++depth <= MaxDepth)
        {
            return true;
        }

        return Fail(faults.Worst(kind)
            ?? (operators > MaxOperators ? ExpressionFaults.TooManyOperators(operators) : ExpressionFaults.RedundantParentheses));
    }

    protected void Leave() => depth--;

    /// <summary>Consumes the <c>)</c> that closes a pair; <paramref name="isRedundant"/> says whether its whole content is another pair.</summary>
    protected bool Close(Token open, out bool isRedundant)
    {
        isRedundant = lastClosed >= 0 && previous.Start == lastClosed && Lexer.Next(text, open.End).Start == lastOpened;
        lastOpened = open.Start;
        lastClosed = Current.Start;
        return Expect(TokenKind.CloseParenthesis);
    }

    /// <summary>Reads an operand, in parentheses or not.</summary>
    protected Operand? ParseOperand()
    {
        switch (Current.Kind)
        {
            case TokenKind.OpenParenthesis:
                return ParseParenthesised();
            case TokenKind.ValueReference:
                return ParseValue();
            case TokenKind.Identifier when !IsKeyword(Current.In(text)):
                Token name = Current;
                Advance();
                return Current.Kind == TokenKind.OpenParenthesis ? ParseCall(name) : PathFrom(name);
            case TokenKind.NameReference:
                return ParsePath() is DocumentPath path ? new Operand.Attribute(path) : null;
            default:
                FailAtCurrent();
                return null;
        }
    }

    /// <summary>Reads a path.</summary>
    protected DocumentPath? ParsePath()
    {
        if (!IsName(Current))
        {
            FailAtCurrent();
            return null;
        }

        Token first = Current;
        Advance();
        return ParsePathAfter(first);
    }

    /// <summary>Reads a value reference.</summary>
    protected Operand.Constant? ParseValue()
    {
        if (Current.Kind != TokenKind.ValueReference)
        {
            FailAtCurrent();
            return null;
        }

        string placeholder = Current.In(text).ToString();
        Advance();
        AttributeValue? value = attributes.UseValue(placeholder);
        if (value is null)
        {
            // A condition reports the first undefined placeholder, an update all names before all values.
            FaultClass rank = kind == ExpressionKind.Update ? FaultClass.UndefinedValue : FaultClass.UndefinedName;
            faults.Record(rank, ExpressionFaults.UndefinedValue(placeholder));
        }

        return new Operand.Constant(value ?? AttributeValue.Null);
    }

    /// <summary>What a pair of parentheses directly inside another one means in this grammar; false after a failure.</summary>
    protected virtual bool OnRedundant()
    {
        faults.Record(FaultClass.RedundantParentheses, ExpressionFaults.RedundantParentheses);
        return true;
    }

    /// <summary>A fault of syntax at the current token. Always false.</summary>
    protected bool FailAtCurrent()
    {
        bool atStart = previous.End == 0;
        if (Current.Kind == TokenKind.End)
        {
            return Fail(ExpressionFaults.Syntax("<EOF>", atStart ? "" : previous.In(text).ToString()));
        }

        int from = atStart ? Current.Start : previous.Start;
        string near = text[from..NextEnd()];
        return Fail(ExpressionFaults.Syntax(Current.In(text).ToString(), near));
    }

    private bool Fail(string fault)
    {
        Failure ??= ExpressionFaults.Invalid(Parameter, fault);
        return false;
    }

    private int NextEnd()
    {
        Token next = Lexer.Next(text, Current.End);
        return next.Kind == TokenKind.End ? Current.End : next.End;
    }

    private bool IsName(Token token) =>
        token.Kind == TokenKind.NameReference || (token.Kind == TokenKind.Identifier && !IsKeyword(token.In(text)));

    private Operand? ParseParenthesised()
    {
        Token open = Current;
        Advance();
        if (!Enter() || ParseOperand() is not Operand inner || !Close(open, out bool isRedundant) || (isRedundant && !OnRedundant()))
        {
            return null;
        }

        Leave();
        return inner;
    }

    private Operand? ParseCall(Token name)
    {
        Token open = Current;
        List<Operand> operands = [];
        if (!Enter())
        {
            return null;
        }

        do
        {
            Advance();
            if (ParseOperand() is not Operand operand)
            {
                return null;
            }

            operands.Add(operand);
        }
        while (Current.Kind == TokenKind.Comma);

        if (!Close(open, out _))
        {
            return null;
        }

        Leave();
        return MakeCall(name.In(text).ToString(), operands);
    }

    private Operand.Attribute? PathFrom(Token first) => ParsePathAfter(first) is DocumentPath path ? new Operand.Attribute(path) : null;

    private DocumentPath? ParsePathAfter(Token first)
    {
        PathElement head = new(NameOf(first));
        if (Current.Kind is not (TokenKind.Dot or TokenKind.OpenBracket))
        {
            return new DocumentPath(head.Name!);
        }

        List<PathElement> elements = [head];
        while (Current.Kind is TokenKind.Dot or TokenKind.OpenBracket)
        {
            bool isIndex = Current.Kind == TokenKind.OpenBracket;
            Advance();
            if (isIndex ? Current.Kind != TokenKind.Digits : !IsName(Current))
            {
                FailAtCurrent();
                return null;
            }

            Token token = Current;
            Advance();
            elements.Add(isIndex ? IndexOf(token) : new PathElement(NameOf(token)));
            if (isIndex && !Expect(TokenKind.CloseBracket))
            {
                return null;
            }
        }

        if (elements.Count > DocumentPath.MaxElements)
        {
            faults.Record(FaultClass.Limit, ExpressionFaults.PathTooDeep(elements.Count));
        }

        return new DocumentPath(elements);
    }

    private string NameOf(Token token)
    {
        string written = token.In(text).ToString();
        if (token.Kind == TokenKind.NameReference)
        {
            string? name = attributes.UseName(written);
            if (name is null)
            {
                faults.Record(FaultClass.UndefinedName, ExpressionFaults.UndefinedName(written));
            }

            return name ?? written;
        }

        if (ReservedWords.Contains(written))
        {
            faults.Record(FaultClass.ReservedWord, ExpressionFaults.ReservedWord(written));
        }

        return written;
    }

    private PathElement IndexOf(Token digits)
    {
        if (!int.TryParse(digits.In(text), NumberStyles.None, CultureInfo.InvariantCulture, out int index))
        {
            faults.Record(FaultClass.Limit, ExpressionFaults.IndexOutOfRange(digits.In(text).ToString()));
        }

        return new PathElement(index);
    }
}
