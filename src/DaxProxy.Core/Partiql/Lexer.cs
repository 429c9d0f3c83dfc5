using System.Globalization;

namespace DaxProxy.Core.Partiql;

/// <summary>Cuts a statement into tokens; white space and comments are dropped.</summary>
internal ref struct Lexer(string text)
{
    private readonly List<Token> tokens = [];
    private int at;
    private int line = 1;
    private int lineStart;

    /// <summary>The tokens, the last of them <see cref="TokenKind.End"/>; null where something is no token.</summary>
    public static List<Token>? TryRead(string text)
    {
        Lexer lexer = new(text);
        return lexer.Read() ? lexer.tokens : null;
    }

    private readonly char Next => at + 1 < text.Length ? text[at + 1] : '\0';

    private bool Read()
    {
        while (true)
        {
            if (!SkipBlanks())
            {
                return false;
            }

            if (at == text.Length)
            {
                Add(TokenKind.End, 0, "");
                return true;
            }

            if (!ReadToken())
            {
                return false;
            }
        }
    }

    private bool ReadToken()
    {
        char c = text[at];
        if (char.IsLetter(c) || c is '_' or '$')
        {
            ReadWord();
            return true;
        }

        if (char.IsAsciiDigit(c) || (c == '.' && char.IsAsciiDigit(Next)))
        {
            return ReadNumber();
        }

        return c is '\'' or '"' ? ReadQuoted(c) : ReadSign(c);
    }

    private bool ReadSign(char c)
    {
        (TokenKind kind, int length) = (c, Next) switch
        {
            ('<', '<') => (TokenKind.OpenBag, 2),
            ('>', '>') => (TokenKind.CloseBag, 2),
            ('<', '>' or '=') or ('>', '=') or ('!', '=') => (TokenKind.Operator, 2),
            ('<' or '>' or '=' or '+' or '-', _) => (TokenKind.Operator, 1),
            ('*', _) => (TokenKind.Star, 1),
            ('.', _) => (TokenKind.Dot, 1),
            (',', _) => (TokenKind.Comma, 1),
            (':', _) => (TokenKind.Colon, 1),
            (';', _) => (TokenKind.Semicolon, 1),
            ('?', _) => (TokenKind.Parameter, 1),
            ('(', _) => (TokenKind.OpenParenthesis, 1),
            (')', _) => (TokenKind.CloseParenthesis, 1),
            ('[', _) => (TokenKind.OpenBracket, 1),
            (']', _) => (TokenKind.CloseBracket, 1),
            ('{', _) => (TokenKind.OpenBrace, 1),
            ('}', _) => (TokenKind.CloseBrace, 1),
            _ => (TokenKind.End, 0),
        };
        if (length > 0)
        {
            Add(kind, length, text.Substring(at, length));
        }

        return length > 0;
    }

    private void ReadWord()
    {
        int end = at + 1;
        while (end < text.Length && (char.IsLetterOrDigit(text[end]) || text[end] is '_' or '$'))
        {
            end++;
        }

        string word = text[at..end];
        string lower = word.ToLowerInvariant();
        bool isKeyword = Keywords.Contains(lower);
        Add(isKeyword ? TokenKind.Keyword : TokenKind.Identifier, word.Length, isKeyword ? lower : word);
    }

    private bool ReadNumber()
    {
        int end = SkipDigits(at);
        if (end < text.Length && text[end] == '.')
        {
            end = SkipDigits(end + 1);
        }

        if (end < text.Length && text[end] is 'e' or 'E')
        {
            int sign = end + 1 < text.Length && text[end + 1] is '+' or '-' ? 1 : 0;
            int exponentEnd = SkipDigits(end + 1 + sign);

            // An exponent beyond 32 bits is no number to the service; a smaller one may be out of range, which has a text of its own.
            ReadOnlySpan<char> exponent = text.AsSpan(end + 1, exponentEnd - end - 1);
            if (!int.TryParse(exponent, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
            {
                return false;
            }

            end = exponentEnd;
        }

        if (end < text.Length && (char.IsLetter(text[end]) || text[end] == '_'))
        {
            return false;
        }

        Add(TokenKind.Number, end - at, text[at..end]);
        return true;
    }

    private readonly int SkipDigits(int from)
    {
        while (from < text.Length && char.IsAsciiDigit(text[from]))
        {
            from++;
        }

        return from;
    }

    /// <summary>A string or a quoted name, in which the quote is doubled.</summary>
    private bool ReadQuoted(char quote)
    {
        int end = at + 1;
        while (true)
        {
            int close = text.IndexOf(quote, end);
            if (close < 0)
            {
                return false;
            }

            end = close + 1;
            if (end == text.Length || text[end] != quote)
            {
                break;
            }

            end++;
        }

        string content = text[(at + 1)..(end - 1)].Replace(new string(quote, 2), quote.ToString(), StringComparison.Ordinal);
        int start = at;
        Add(quote == '"' ? TokenKind.QuotedIdentifier : TokenKind.String, end - at, content);
        CountLines(start, end);
        return true;
    }

    /// <summary>False where a comment has no end.</summary>
    private bool SkipBlanks()
    {
        while (at < text.Length)
        {
            int start = at;
            if (char.IsWhiteSpace(text[at]))
            {
                at++;
            }
            else if (text[at] == '-' && Next == '-')
            {
                int end = text.IndexOf('\n', at);
                at = end < 0 ? text.Length : end;
            }
            else if (text[at] == '/' && Next == '*')
            {
                int end = text.IndexOf("*/", at + 2, StringComparison.Ordinal);
                if (end < 0)
                {
                    return false;
                }

                at = end + 2;
            }
            else
            {
                return true;
            }

            CountLines(start, at);
        }

        return true;
    }

    private void CountLines(int from, int to)
    {
        for (int i = from; i < to; i++)
        {
            if (text[i] == '\n')
            {
                line++;
                lineStart = i + 1;
            }
        }
    }

    private void Add(TokenKind kind, int length, string content)
    {
        tokens.Add(new Token(kind, content, new SourceSpan(line, at - lineStart + 1, length)));
        at += length;
    }
}
