using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace DaxProxy.Core.Items;

/// <summary>Strings in JSON with as little escaping as the format allows.</summary>
internal static class JsonText
{
    private const byte MinFourByteLead = 0xf0;
    private const byte MaxFourByteLead = 0xf7;

    // Not IndexOfAnyInRange: that boxes its bounds until the JIT has optimised it.
    private static readonly SearchValues<char> Surrogates =
        SearchValues.Create([.. Enumerable.Range(0xd800, 0x800).Select(unit => (char)unit)]);

    /// <summary>Writes one value of type S.</summary>
    public static void Write(Utf8JsonWriter writer, AttributeValue value)
    {
        if (value.IsUtf8 && value.Utf8.Span.IndexOfAnyInRange(MinFourByteLead, MaxFourByteLead) < 0)
        {
            writer.WriteStringValue(value.Utf8.Span);
        }
        else
        {
            Write(writer, value.String);
        }
    }

    /// <summary>Writes one string value.</summary>
    private static void Write(Utf8JsonWriter writer, string text)
    {
        if (text.AsSpan().ContainsAny(Surrogates))
        {
            WriteSupplementary(writer, text);
        }
        else
        {
            writer.WriteStringValue(text);
        }
    }

    /// <summary>
    /// Even the most relaxed encoder of the framework writes an emoji as twelve ASCII characters. Here they stay four bytes, and only
    /// what lies between them is left to the encoder.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void WriteSupplementary(Utf8JsonWriter writer, string text)
    {
        int maxBytes = Encoding.UTF8.GetMaxByteCount(text.Length);
        byte[] utf8 = ArrayPool<byte>.Shared.Rent(maxBytes);
        byte[] json = ArrayPool<byte>.Shared.Rent((6 * maxBytes) + 2);
        try
        {
            ReadOnlySpan<byte> rest = utf8.AsSpan(0, Encoding.UTF8.GetBytes(text, utf8));
            int length = 0;
            json[length++] = (byte)'"';
            while (!rest.IsEmpty)
            {
                int lead = rest.IndexOfAnyInRange(MinFourByteLead, MaxFourByteLead);
                ReadOnlySpan<byte> plain = lead < 0 ? rest : rest[..lead];
                JavaScriptEncoder.UnsafeRelaxedJsonEscaping.EncodeUtf8(plain, json.AsSpan(length), out _, out int written);
                length += written;
                rest = rest[plain.Length..];
                if (!rest.IsEmpty)
                {
                    rest[..4].CopyTo(json.AsSpan(length));
                    length += 4;
                    rest = rest[4..];
                }
            }

            json[length++] = (byte)'"';
            writer.WriteRawValue(json.AsSpan(0, length), skipInputValidation: true);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(utf8);
            ArrayPool<byte>.Shared.Return(json);
        }
    }
}
