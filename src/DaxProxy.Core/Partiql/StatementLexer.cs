using System.Globalization;

namespace DaxProxy.Core.Partiql;

/// <summary>Cuts a statement into tokens; white space and comments are dropped.</summary>
internal ref struct StatementLexer(string text)
{
    private readonly List<StatementToken> tokens = [];
    private int at;
    private int line = 1;
    private int lineStart;

    /// <summary>The tokens, the last of them <see cref="StatementTokenKind.End"/>; null where something is no token.</summary>
    public static List<StatementToken>? TryRead(string text)
    {
        StatementLexer lexer = new(text);
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
                Add(StatementTokenKind.End, 0, "");
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
        (StatementTokenKind kind, int length) = (c, Next) switch
        {
            ('<', '<') => (StatementTokenKind.OpenBag, 2),
            ('>', '>') => (StatementTokenKind.CloseBag, 2),
            ('<', '>' or '=') or ('>', '=') or ('!', '=') => (StatementTokenKind.Operator, 2),
            ('<' or '>' or '=' or '+' or '-', _) => (StatementTokenKind.Operator, 1),
            ('*', _) => (StatementTokenKind.Star, 1),
            ('.', _) => (StatementTokenKind.Dot, 1),
            (',', _) => (StatementTokenKind.Comma, 1),
            (':', _) => (StatementTokenKind.Colon, 1),
            (';', _) => (StatementTokenKind.Semicolon, 1),
            ('?', _) => (StatementTokenKind.Parameter, 1),
            ('(', _) => (StatementTokenKind.OpenParenthesis, 1),
            (')', _) => (StatementTokenKind.CloseParenthesis, 1),
            ('[', _) => (StatementTokenKind.OpenBracket, 1),
            (']', _) => (StatementTokenKind.CloseBracket, 1),
            ('{', _) => (StatementTokenKind.OpenBrace, 1),
            ('}', _) => (StatementTokenKind.CloseBrace, 1),
            _ => (StatementTokenKind.End, 0),
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
        Add(isKeyword ? StatementTokenKind.Keyword : StatementTokenKind.Identifier, word.Length, isKeyword ? lower : word);
    }

    private bool ReadNumber()
    {
        int end = SkipDigits(at);
        int decimals = 0;
        if (end < text.Length && text[end] == '.')
        {
            int point = end;
            end = SkipDigits(end + 1);
            decimals = end - point - 1;
        }

        if (end < text.Length && text[end] is 'e' or 'E')
        {
            int sign = end + 1 < text.Length && text[end + 1] is '+' or '-' ? 1 : 0;
            int exponentEnd = SkipDigits(end + 1 + sign);

            // An exponent beyond 32 bits is no number to the service, nor is a scale; a smaller one may be out of range, which has a text
            // of its own.
            ReadOnlySpan<char> written = text.AsSpan(end + 1, exponentEnd - end - 1);
            if (!int.TryParse(written, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int exponent)
                || (long)decimals - exponent is < int.MinValue or > int.MaxValue)
            {
                return false;
            }

            end = exponentEnd;
        }

        if (end < text.Length && (char.IsLetter(text[end]) || text[end] == '_'))
        {
            return false;
        }

        Add(StatementTokenKind.Number, end - at, text[at..end]);
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
        Add(quote == '"' ? StatementTokenKind.QuotedIdentifier : StatementTokenKind.String, end - at, content);
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

    private void Add(StatementTokenKind kind, int length, string content)
    {
        tokens.Add(new StatementToken(kind, content, new SourceSpan(line, at - lineStart + 1, length)));
        at += length;
    }
}
