namespace DaxProxy.Core.Expressions;

/// <summary>Cuts the text of an expression into tokens.</summary>
internal static class Lexer
{
    /// <summary>
    /// The first token at or after a position. Anything that begins no token is one of its own kind and one character long: messages quote
    /// it.
    /// </summary>
    public static Token Next(string text, int position)
    {
        while (position < text.Length && text[position] is ' ' or '\t' or '\r' or '\n')
        {
            position++;
        }

        if (position == text.Length)
        {
            return new Token(TokenKind.End, position, position);
        }

        char first = text[position];
        if (char.IsAsciiLetter(first))
        {
            return new Token(TokenKind.Identifier, position, EndOfWord(text, position + 1));
        }

        return first switch
        {
            '#' or ':' => Reference(text, position, first == '#' ? TokenKind.NameReference : TokenKind.ValueReference),
            >= '0' and <= '9' => Digits(text, position),
            '<' => Follows(text, position, '>') ? Two(TokenKind.NotEqual, position)
                : Follows(text, position, '=') ? Two(TokenKind.LessOrEqual, position) : One(TokenKind.Less, position),
            '>' => Follows(text, position, '=') ? Two(TokenKind.GreaterOrEqual, position) : One(TokenKind.Greater, position),
            '=' => One(TokenKind.Equal, position),
            '(' => One(TokenKind.OpenParenthesis, position),
            ')' => One(TokenKind.CloseParenthesis, position),
            '[' => One(TokenKind.OpenBracket, position),
            ']' => One(TokenKind.CloseBracket, position),
            ',' => One(TokenKind.Comma, position),
            '.' => One(TokenKind.Dot, position),
            '+' => One(TokenKind.Plus, position),
            '-' => One(TokenKind.Minus, position),
            _ when char.IsHighSurrogate(first) && position + 1 < text.Length => Two(TokenKind.Unknown, position),
            _ => One(TokenKind.Unknown, position),
        };
    }

    private static Token One(TokenKind kind, int position) => new(kind, position, position + 1);

    private static Token Two(TokenKind kind, int position) => new(kind, position, position + 2);

    private static bool Follows(string text, int position, char second) => position + 1 < text.Length && text[position + 1] == second;

    private static Token Reference(string text, int position, TokenKind kind)
    {
        int end = EndOfWord(text, position + 1);
        return end == position + 1 ? One(TokenKind.Unknown, position) : new Token(kind, position, end);
    }

    private static Token Digits(string text, int position)
    {
        int end = position + 1;
        while (end < text.Length && char.IsAsciiDigit(text[end]))
        {
            end++;
        }

        return new Token(TokenKind.Digits, position, end);
    }

    private static int EndOfWord(string text, int end)
    {
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_'))
        {
            end++;
        }

        return end;
    }
}
