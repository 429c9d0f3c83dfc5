namespace DaxProxy.Core.Partiql;

/// <summary>One token: its text without quotes, and where it stands.</summary>
internal readonly record struct StatementToken(StatementTokenKind Kind, string Text, SourceSpan Span)
{
    /// <summary>Whether this is a name as it may stand in a path.</summary>
    public bool IsName => Kind is StatementTokenKind.Identifier or StatementTokenKind.QuotedIdentifier;

    public bool IsKeyword(string word) => Kind == StatementTokenKind.Keyword && Text == word;

    public bool IsOperator(string sign) => Kind == StatementTokenKind.Operator && Text == sign;
}
