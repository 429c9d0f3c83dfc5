using System.Text;
using DaxProxy.Core.Errors;

namespace DaxProxy.Core.Expressions;

/// <summary>Reads the tokens of one expression and keeps account of its faults, operators and depth.</summary>
/// <remarks>
/// A fault of syntax ends reading: the method that meets it sets <see cref="Failure"/> and returns null (or false),
/// and so do its callers. Every other fault goes into the ledger, with a stand-in in the tree, because a later one may outrank it.
/// <para>
/// Recursion is bounded by <see cref="MaxDepth"/>: 4096 bytes hold enough parentheses to overflow a stack. A condition without redundant
/// parentheses spends an operator on each pair and on each NOT, so 300 operators allow at most 601 levels; functions of updates take
/// twelve characters or more, which makes less than 350. An expression that goes deeper has a fault already, and that is what it reports.
/// </para>
/// </remarks>
internal abstract class ExpressionReader(string text, ExpressionKind kind)
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
        ExpressionKind.SearchCondition => "SearchConditionExpression",
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

    /// <summary>
    /// Consumes the <c>)</c> that closes a pair; <paramref name="isRedundant"/> says whether its whole content is another pair.
    /// </summary>
    protected bool Close(Token open, out bool isRedundant)
    {
        isRedundant = lastClosed >= 0 && previous.Start == lastClosed && Lexer.Next(text, open.End).Start == lastOpened;
        lastOpened = open.Start;
        lastClosed = Current.Start;
        return Expect(TokenKind.CloseParenthesis);
    }

    /// <summary>
    /// A fault of syntax at the current token. Always false. Redundant parentheses that were closed before it are what is reported.
    /// </summary>
    protected bool FailAtCurrent()
    {
        if (faults.Has(FaultClass.RedundantParentheses))
        {
            return Fail(ExpressionFaults.RedundantParentheses);
        }

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
}
