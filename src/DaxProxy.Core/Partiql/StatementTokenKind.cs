namespace DaxProxy.Core.Partiql;

/// <summary>Kinds of tokens of a PartiQL statement.</summary>
internal enum StatementTokenKind : byte
{
    End,

    /// <summary>A word that is no keyword.</summary>
    Identifier,

    /// <summary>A name in double quotes.</summary>
    QuotedIdentifier,

    /// <summary>A word with a meaning of its own; its text is in lower case.</summary>
    Keyword,

    String,
    Number,
    Parameter,

    /// <summary>A comparison or arithmetic sign; its text says which.</summary>
    Operator,

    Star,
    Dot,
    Comma,
    Colon,
    Semicolon,
    OpenParenthesis,
    CloseParenthesis,
    OpenBracket,
    CloseBracket,
    OpenBrace,
    CloseBrace,
    OpenBag,
    CloseBag,
}
