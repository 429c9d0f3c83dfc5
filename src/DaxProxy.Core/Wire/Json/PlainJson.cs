using System.Buffers;

namespace DaxProxy.Core.Wire.Json;

/// <summary>Reads JSON of the plainest kind: strings without escapes. Says no to everything else, and throws nothing.</summary>
/// <remarks>
/// For the peek, which takes about 190 ns with this and took about 270 with a general reader. A general reader accepts all that it accepts,
/// with one exception: strings may hold invalid UTF-8, which the caller checks where it matters.
/// </remarks>
internal ref struct PlainJson(ReadOnlySpan<byte> text)
{
    /// <summary>What ends a plain string, or keeps it from being one: the quote, the backslash and control characters.</summary>
    private static readonly SearchValues<byte> NotPlain = SearchValues.Create(
        [(byte)'"', (byte)'\\', .. Enumerable.Range(0, 32).Select(value => (byte)value)]);

    private ReadOnlySpan<byte> rest = text;

    /// <summary>Whether nothing is left but blanks.</summary>
    public bool IsAtEnd
    {
        get
        {
            SkipBlanks();
            return rest.IsEmpty;
        }
    }

    /// <summary>Reads one character of punctuation.</summary>
    public bool Next(char punctuation)
    {
        SkipBlanks();
        if (rest.IsEmpty || rest[0] != punctuation)
        {
            return false;
        }

        rest = rest[1..];
        return true;
    }

    /// <summary>Reads a string; the span is what stands between the quotes.</summary>
    public bool NextText(out ReadOnlySpan<byte> value)
    {
        value = default;
        if (!Next('"'))
        {
            return false;
        }

        int end = rest.IndexOfAny(NotPlain);
        if (end < 0 || rest[end] != '"')
        {
            return false;
        }

        value = rest[..end];
        rest = rest[(end + 1)..];
        return true;
    }

    /// <summary>Reads a name and the colon behind it.</summary>
    public bool NextName(out ReadOnlySpan<byte> name) => NextText(out name) && Next(':');

    /// <summary>Reads the literal <c>false</c>; what follows it must be punctuation, which the next read finds out.</summary>
    public bool NextFalse()
    {
        SkipBlanks();
        if (!rest.StartsWith("false"u8))
        {
            return false;
        }

        rest = rest["false"u8.Length..];
        return true;
    }

    private void SkipBlanks()
    {
        while (!rest.IsEmpty && rest[0] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
        {
            rest = rest[1..];
        }
    }
}
