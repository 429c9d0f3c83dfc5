using System.Text;

namespace DaxProxy.Core.Policies;

/// <summary>A text in which <c>*</c> stands for any characters and <c>?</c> for one: a pattern whose variables have their values.</summary>
/// <remarks>Immutable and thread-safe. Takes time in proportion to the product of both lengths at most.</remarks>
internal readonly struct Glob
{
    private readonly string text;

    /// <summary>Which characters stand for others; null for none.</summary>
    private readonly bool[]? wild;

    private Glob(string text, bool[]? wild)
    {
        this.text = text;
        this.wild = wild;
    }

    /// <summary>Whether it is the pattern that everything matches.</summary>
    public bool IsEverything => wild is not null && text == "*";

    /// <summary>Whether it matches one text only.</summary>
    public bool IsExact => wild is null;

    /// <summary>The text, in which both signs stand for others, of a text that has no variables.</summary>
    public static Glob Of(string text) => text.AsSpan().ContainsAny('*', '?')
        ? new Glob(text, [.. text.Select(c => c is '*' or '?')])
        : new Glob(text, null);

    /// <summary>The text as it is: no sign stands for another.</summary>
    public static Glob Exactly(string text) => new(text, null);

    /// <summary>The parts of a pattern between colons: the first five, and the rest, as resource names have them.</summary>
    public Glob[] SplitArn()
    {
        List<Glob> parts = [];
        int start = 0;
        for (int at = 0; at < text.Length && parts.Count < 5; at++)
        {
            if (text[at] == ':')
            {
                parts.Add(Part(start, at));
                start = at + 1;
            }
        }

        parts.Add(Part(start, text.Length));
        return [.. parts];
    }

    /// <summary>Whether a text matches.</summary>
    public bool Matches(ReadOnlySpan<char> value, bool ignoreCase = false)
    {
        if (wild is null)
        {
            return value.Equals(text, ignoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal);
        }

        // The usual walk: the last star takes one character more each time that what follows it does not match.
        int at = 0, pattern = 0, star = -1, starAt = 0;
        while (at < value.Length)
        {
            if (pattern < text.Length && !IsStar(pattern) && IsOne(pattern, value[at], ignoreCase))
            {
                pattern++;
                at++;
            }
            else if (pattern < text.Length && IsStar(pattern))
            {
                star = pattern++;
                starAt = at;
            }
            else if (star >= 0)
            {
                pattern = star + 1;
                at = ++starAt;
            }
            else
            {
                return false;
            }
        }

        while (pattern < text.Length && IsStar(pattern))
        {
            pattern++;
        }

        return pattern == text.Length;
    }

    /// <summary>
    /// The texts between the stars as UTF-8, the only form in which bytes can be compared with it without being decoded; null where it has
    /// a sign for one character, which may be of several bytes.
    /// </summary>
    public byte[][]? TrySplitUtf8()
    {
        List<byte[]> pieces = [];
        int start = 0;
        for (int at = 0; at < text.Length; at++)
        {
            if (wild is null || !wild[at])
            {
                continue;
            }

            if (text[at] == '?')
            {
                return null;
            }

            pieces.Add(Encoding.UTF8.GetBytes(text[start..at]));
            start = at + 1;
        }

        pieces.Add(Encoding.UTF8.GetBytes(text[start..]));
        return [.. pieces];
    }

    /// <inheritdoc/>
    public override string ToString() => text;

    /// <summary>Builds patterns of literal text and signs.</summary>
    internal sealed class Builder
    {
        private readonly StringBuilder text = new();
        private readonly List<bool> wild = [];

        /// <summary>Adds text as it is.</summary>
        public void Add(string literal)
        {
            text.Append(literal);
            wild.AddRange(Enumerable.Repeat(false, literal.Length));
        }

        /// <summary>Adds one of both signs.</summary>
        public void AddSign(char sign)
        {
            text.Append(sign);
            wild.Add(true);
        }

        /// <summary>What was added.</summary>
        public Glob Build() => new(text.ToString(), wild.Contains(true) ? [.. wild] : null);
    }

    private Glob Part(int start, int end) =>
        new(text[start..end], wild is null || !wild.AsSpan(start, end - start).Contains(true) ? null : wild[start..end]);

    private bool IsStar(int at) => wild![at] && text[at] == '*';

    private bool IsOne(int at, char c, bool ignoreCase) => wild![at]
        || (ignoreCase ? char.ToUpperInvariant(text[at]) == char.ToUpperInvariant(c) : text[at] == c);
}
