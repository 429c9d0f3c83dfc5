namespace DaxProxy.Core.Expressions;

/// <summary>Kinds of tokens; keywords are identifiers that the grammar asks for.</summary>
internal enum TokenKind : byte
{
    End,
    Identifier,
    NameReference,
    ValueReference,
    Digits,
    OpenParenthesis,
    CloseParenthesis,
    OpenBracket,
    CloseBracket,
    Comma,
    Dot,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Plus,
    Minus,
    Unknown,
}
