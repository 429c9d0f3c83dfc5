using System.Text;

namespace DaxProxy.Core.Items;

/// <summary>
/// Texts of requests, cut to what the answer depends on: in UTF-16 the text of a long request takes twice the memory of the request.
/// </summary>
/// <remarks>
/// An item holds 400 KB, and the values of an expression may be 2 MB together. So a value that is longer than both is refused, or compared
/// with what is shorter, whatever comes behind its first <see cref="MaxBytes"/>. Source: the limits in the service's documentation.
/// </remarks>
internal static class LongText
{
    /// <summary>What is longer is cut.</summary>
    public const int MaxBytes = 3 << 20;

    /// <summary>
    /// A text of a stored item that is so long is not made before it is asked for. In UTF-16 it would be an array of the large heap, which
    /// is collected late.
    /// </summary>
    public const int MinUtf8Bytes = 40 << 10;

    /// <summary>The text of valid UTF-8, or the beginning of it, up to the end of a character.</summary>
    public static string Of(ReadOnlySpan<byte> utf8)
    {
        int length = Math.Min(utf8.Length, MaxBytes);
        while (length < utf8.Length && (utf8[length] & 0xc0) == 0x80)
        {
            length--;
        }

        return Encoding.UTF8.GetString(utf8[..length]);
    }
}
