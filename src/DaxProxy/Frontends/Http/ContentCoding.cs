using System.Buffers;
using System.Globalization;
using System.IO.Compression;

namespace DaxProxy.Frontends.Http;

/// <summary>The codings of HTTP bodies that DynamoDB knows: gzip and deflate (which is zlib's format).</summary>
internal static class ContentCoding
{
    /// <summary>Bodies smaller than this are sent as they are.</summary>
    public const int MinEncodedBytes = 4096;

    /// <summary>The coding to answer with, gzip first; null for none.</summary>
    /// <param name="acceptEncoding">The request's <c>Accept-Encoding</c>; may be null.</param>
    public static string? Choose(string? acceptEncoding)
    {
        if (string.IsNullOrEmpty(acceptEncoding))
        {
            return null;
        }

        return Accepts(acceptEncoding, "gzip") ? "gzip" : Accepts(acceptEncoding, "deflate") ? "deflate" : null;
    }

    /// <summary>Encodes a body.</summary>
    public static void Encode(string coding, ReadOnlySpan<byte> body, PooledBuffer output)
    {
        using BufferStream sink = new(output);
        using Stream encoder = coding == "gzip"
            ? new GZipStream(sink, CompressionLevel.Fastest)
            : new ZLibStream(sink, CompressionLevel.Fastest);
        encoder.Write(body);
    }

    /// <summary>Decodes a body. False when it grew beyond the limit.</summary>
    /// <exception cref="InvalidDataException">The coding is unknown, or the body is damaged or not whole.</exception>
    public static bool TryDecode(string coding, in ReadOnlySequence<byte> body, long maxBytes, PooledBuffer output) =>
        coding.Trim().ToLowerInvariant() switch
        {
            "gzip" => CompressedBody.TryDecodeGzip(body.ToArray(), maxBytes, output),
            "deflate" => CompressedBody.TryDecodeZlib(body.ToArray(), maxBytes, output),
            _ => throw new InvalidDataException("Unknown coding."),
        };

    /// <summary>Whether a list like <c>gzip;q=0.8, deflate</c> accepts a coding.</summary>
    private static bool Accepts(string list, string coding)
    {
        foreach (Range range in list.AsSpan().Split(','))
        {
            ReadOnlySpan<char> entry = list.AsSpan(range).Trim();
            int semicolon = entry.IndexOf(';');
            ReadOnlySpan<char> name = semicolon < 0 ? entry : entry[..semicolon].TrimEnd();
            if (name.Equals(coding, StringComparison.OrdinalIgnoreCase))
            {
                int weightAt = entry.IndexOf("q=", StringComparison.OrdinalIgnoreCase);
                return weightAt < 0
                    || !double.TryParse(entry[(weightAt + 2)..], NumberStyles.Float, CultureInfo.InvariantCulture, out double weight)
                    || weight > 0;
            }
        }

        return false;
    }
}
