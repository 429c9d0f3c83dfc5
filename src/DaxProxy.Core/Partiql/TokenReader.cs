using DaxProxy.Core.Errors;

namespace DaxProxy.Core.Partiql;

/// <summary>What both parsers share: the place among the tokens, the first fault, the depth.</summary>
/// <remarks>Methods that parse return null or false once there is a fault, and are left at once.</remarks>
internal abstract class TokenReader(IReadOnlyList<StatementToken> tokens)
{
    /// <summary>
    /// Terms inside one another, of any form; 8192 characters hold enough of them to overflow a stack. Far more than a document of 32
    /// levels needs. Ours: the service's limit is not known.
    /// </summary>
    private const int MaxDepth = 200;

    private int at;
    private int depth;

    /// <summary>The first fault of form; null while there is none.</summary>
    public DynamoError? Fault { get; private set; }

    protected StatementToken Current => tokens[at];

    /// <summary>The token after the current one; at the end, the end.</summary>
    protected StatementToken Following => tokens[Math.Min(at + 1, tokens.Count - 1)];

    protected StatementToken Advance()
    {
        StatementToken passed = Current;
        at = Math.Min(at + 1, tokens.Count - 1);
        return passed;
    }

    /// <summary>Steps over a token of this kind, if it is the current one.</summary>
    protected bool Skip(StatementTokenKind kind)
    {
        bool isThere = Current.Kind == kind;
        if (isThere)
        {
            Advance();
        }

        return isThere;
    }

    /// <summary>Steps over this keyword, if it is the current token.</summary>
    protected bool Skip(string keyword)
    {
        bool isThere = Current.IsKeyword(keyword);
        if (isThere)
        {
            Advance();
        }

        return isThere;
    }

    /// <summary>Steps over a token that must be there. The text of the fault is ours.</summary>
    protected bool Expect(StatementTokenKind kind) => Skip(kind) || Fail($"Expected {kind}");

    /// <summary>Steps over a keyword that must be there. The text of the fault is ours.</summary>
    protected bool Expect(string keyword) => Skip(keyword) || Fail($"Expected {keyword.ToUpperInvariant()} keyword");

    protected bool Enter() => ++depth <= MaxDepth || Fail("");

    protected void Leave() => depth--;

    /// <summary>Notes a fault of form, if it is the first; always false.</summary>
    protected bool Fail(string what) => Fail(PartiqlFaults.NotWellFormed(what));

    /// <summary>Notes a fault that has a text of its own; always false.</summary>
    protected bool Fail(DynamoError error)
    {
        Fault ??= error;
        return false;
    }
}
