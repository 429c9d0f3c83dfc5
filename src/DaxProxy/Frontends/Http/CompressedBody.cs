using System.Buffers.Binary;
using System.IO.Compression;
using DaxProxy.Core.Compression;

namespace DaxProxy.Frontends.Http;

/// <summary>
/// Decodes a compressed body that must be whole: one stream from its first byte to its last, with the check sum that it ends with.
/// </summary>
/// <remarks>
/// Pure functions; thread-safe. The framework's decoders take the end of the data for the end of the stream, so a body that was cut would
/// be read as a shorter one. Here the frame around zlib's data is read by hand, and the decoder must have asked for the data's last byte
/// and for no byte behind it. Source: RFC 1950 (zlib) and RFC 1952 (gzip). Several gzip members in a row are refused: no client sends
/// them.
/// </remarks>
internal static class CompressedBody
{
    private const int ZlibHeaderBytes = 2;
    private const int ZlibTrailerBytes = 4;

    /// <summary>Decodes gzip. False when the result grew beyond the limit.</summary>
    /// <exception cref="InvalidDataException">It is no gzip, it does not end where the body ends, or its check sum or length is another
    /// one.</exception>
    public static bool TryDecodeGzip(byte[] body, long maxBytes, PooledBuffer output)
    {
        using GzipReader content = new(new MemoryStream(body), isOneMember: true);
        return TryRead(content, maxBytes, output);
    }

    /// <summary>Decodes zlib's format. False when the result grew beyond the limit.</summary>
    /// <exception cref="InvalidDataException">It is not in zlib's format, it does not end where the body ends, or its check sum is
    /// another one.</exception>
    public static bool TryDecodeZlib(byte[] body, long maxBytes, PooledBuffer output)
    {
        const int deflate = 8, presetDictionary = 0x20;
        if (body.Length < ZlibHeaderBytes + ZlibTrailerBytes
            || (body[0] & 0x0f) != deflate || ((body[0] << 8) + body[1]) % 31 != 0 || (body[1] & presetDictionary) != 0)
        {
            throw Corrupt();
        }

        int end = body.Length - ZlibTrailerBytes;
        if (!TryInflate(body, ZlibHeaderBytes, end, maxBytes, output))
        {
            return false;
        }

        return BinaryPrimitives.ReadUInt32BigEndian(body.AsSpan(end)) == Adler32(output.WrittenSpan) ? true : throw Corrupt();
    }

    /// <summary>Inflates exactly these bytes. False when the result grew beyond the limit.</summary>
    private static bool TryInflate(byte[] body, int start, int end, long maxBytes, PooledBuffer output)
    {
        if (start >= end)
        {
            throw Corrupt();
        }

        using LastByteApart source = new(body, start, end);
        using DeflateStream inflater = new(source, CompressionMode.Decompress);
        return TryRead(inflater, maxBytes, output) && (source.IsReadToItsEnd ? true : throw Corrupt());
    }

    /// <summary>Reads to the end. False when that is beyond the limit.</summary>
    private static bool TryRead(Stream content, long maxBytes, PooledBuffer output)
    {
        int read;
        while ((read = content.Read(output.GetSpan(4096))) > 0)
        {
            output.Advance(read);
            if (output.WrittenSpan.Length > maxBytes)
            {
                return false;
            }
        }

        return true;
    }

    private static uint Adler32(ReadOnlySpan<byte> bytes)
    {
        // As many bytes as can be added before 32 bits overflow.
        const int stride = 5552;
        const uint modulus = 65521;
        uint a = 1, b = 0;
        for (; !bytes.IsEmpty; bytes = bytes[Math.Min(stride, bytes.Length)..])
        {
            foreach (byte value in bytes[..Math.Min(stride, bytes.Length)])
            {
                a += value;
                b += a;
            }

            a %= modulus;
            b %= modulus;
        }

        return (b << 16) | a;
    }

    private static InvalidDataException Corrupt() => new("The compressed body is damaged or not whole.");

    /// <summary>
    /// Gives out the last byte by itself. A decoder that has come to the end of its stream asks for no more, so one that has taken the
    /// last byte and then asked for nothing has found the end of the stream exactly there.
    /// </summary>
    private sealed class LastByteApart(byte[] bytes, int start, int end) : ReadingStream
    {
        private int at = start;
        private bool isAskedForMore;

        public bool IsReadToItsEnd => at == end && !isAskedForMore;

        /// <inheritdoc/>
        public override int Read(Span<byte> buffer)
        {
            int left = end - at;
            isAskedForMore |= left == 0;
            int count = Math.Min(buffer.Length, left > 1 ? left - 1 : left);
            bytes.AsSpan(at, count).CopyTo(buffer);
            at += count;
            return count;
        }
    }
}
