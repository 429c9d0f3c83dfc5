using System.Globalization;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;

namespace DaxProxy.Core.Expressions;

/// <summary>
/// What the grammars of all expressions share: paths, operands and function calls.
/// <code>
/// operand = identifier "(" operand { "," operand } ")" | value-ref | path | "(" operand ")"
/// path    = ( identifier | name-ref ) { "." ( identifier | name-ref ) | "[" digits "]" }
/// </code>
/// </summary>
/// <remarks>One pass, recursive descent; the tree is built as the text is read, placeholders resolved.</remarks>
internal abstract class ExpressionParser(string text, ExpressionKind kind, ExpressionAttributes attributes) : ExpressionReader(text, kind)
{
    private readonly string text = text;
    private readonly ExpressionKind kind = kind;

    /// <summary>Whether an identifier is a keyword of this grammar, which no name can be.</summary>
    protected abstract bool IsKeyword(ReadOnlySpan<char> identifier);

    /// <summary>Gives a function call its meaning, or records why it has none.</summary>
    protected abstract Operand MakeCall(string function, List<Operand> operands);

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
