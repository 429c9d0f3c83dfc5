namespace DaxProxy.Core.Partiql;

/// <summary>One token: its text without quotes, and where it stands.</summary>
internal readonly record struct Token(TokenKind Kind, string Text, SourceSpan Span)
{
    /// <summary>Whether this is a name as it may stand in a path.</summary>
    public bool IsName => Kind is TokenKind.Identifier or TokenKind.QuotedIdentifier;

    public bool IsKeyword(string word) => Kind == TokenKind.Keyword && Text == word;

    public bool IsOperator(string sign) => Kind == TokenKind.Operator && Text == sign;
}
