using System.Text;
using Microsoft.Net.Http.Headers;

namespace DaxProxy.Hosting;

/// <summary>
/// How the length of a body is read: Latin-1, in which each byte that is no digit becomes a letter. Kestrel takes a length with a sign or
/// with blanks, which others do not, and so see another end of the request; it lets itself be told how to decode a header, but not what
/// to think of it.
/// </summary>
/// <remarks>Thread-safe. Source: RFC 9110 §8.6, a length is digits.</remarks>
internal sealed class DigitsEncoding : Encoding
{
    private static readonly DigitsEncoding OfLengths = new();

    /// <summary>The encoding of a header, for Kestrel; null for all but the length.</summary>
    public static Encoding? Select(string header) => header == HeaderNames.ContentLength ? OfLengths : null;

    /// <inheritdoc/>
    public override int GetChars(ReadOnlySpan<byte> bytes, Span<char> chars)
    {
        // A number that does not fit is cut: it is too long with what is left of it.
        int count = Math.Min(bytes.Length, chars.Length);
        for (int i = 0; i < count; i++)
        {
            chars[i] = bytes[i] is >= (byte)'0' and <= (byte)'9' ? (char)bytes[i] : 'x';
        }

        return count;
    }

    /// <inheritdoc/>
    public override int GetChars(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex) =>
        GetChars(bytes.AsSpan(byteIndex, byteCount), chars.AsSpan(charIndex));

    /// <inheritdoc/>
    public override int GetCharCount(byte[] bytes, int index, int count) => count;

    /// <inheritdoc/>
    public override int GetMaxCharCount(int byteCount) => byteCount;

    /// <inheritdoc/>
    public override int GetByteCount(char[] chars, int index, int count) => count;

    /// <inheritdoc/>
    public override int GetBytes(char[] chars, int charIndex, int charCount, byte[] bytes, int byteIndex) =>
        Latin1.GetBytes(chars, charIndex, charCount, bytes, byteIndex);

    /// <inheritdoc/>
    public override int GetMaxByteCount(int charCount) => charCount;
}
