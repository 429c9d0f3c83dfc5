using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace DaxProxy.Core.Compression;

/// <summary>
/// The content of gzip that must be whole: it ends where a member ends, with the check sum and the length that the member ends with. One
/// member may follow another, unless only one is asked for.
/// </summary>
/// <remarks>
/// Not thread-safe; for reading only; 32 KB are held. The framework's decoders take the end of the data for the end of the stream, so gzip
/// that was cut would be read as a shorter one. Here header and trailer are read by hand. The decoder asks for more only when it has used
/// up what it has, so a member ends within the last piece that it was given: where the eight bytes of its trailer are found. Source: RFC
/// 1952.
/// </remarks>
/// <param name="source">The compressed bytes. Is disposed of with this.</param>
/// <param name="isOneMember">Whether anything behind the first member is damage.</param>
/// <exception cref="InvalidDataException">While it is read: it is no gzip, it is cut, or it is damaged.</exception>
public sealed class GzipReader(Stream source, bool isOneMember = false) : ReadingStream
{
    private const int BufferBytes = 32 * 1024;
    private const int FixedHeaderBytes = 10;
    private const int TrailerBytes = 8;

    /// <summary>What nothing is deflated to.</summary>
    private const int LeastDeflatedBytes = 2;

    /// <summary>What a member begins with: two bytes for gzip, one for deflate.</summary>
    private static readonly byte[] Magic = [0x1f, 0x8b, 8];

    private readonly byte[] held = ArrayPool<byte>.Shared.Rent(BufferBytes);
    private readonly Crc32 contentCheck = new();
    private readonly byte[] trailer = new byte[TrailerBytes];

    /// <summary>Of what is held: what was read, from what is still needed to where it ends.</summary>
    private int start;
    private int end;

    /// <summary>How many of these bytes the decoder has; they are kept, since the member may end within them.</summary>
    private int given;

    /// <summary>How many bytes of the member the decoder had before.</summary>
    private long givenBefore;
    private uint contentBytes;
    private DeflateStream? member;
    private bool isAtEnd;
    private bool isDisposed;

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        while (!isAtEnd && !buffer.IsEmpty)
        {
            if (member is null)
            {
                ReadHeader();
                member = new DeflateStream(new Feed(this), CompressionMode.Decompress);
            }

            if (member.Read(buffer) is > 0 and int length)
            {
                contentCheck.Append(buffer[..length]);
                contentBytes += (uint)length;
                return length;
            }

            EndMember();
        }

        return 0;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !isDisposed)
        {
            isDisposed = true;
            member?.Dispose();
            source.Dispose();
            ArrayPool<byte>.Shared.Return(held);
        }

        base.Dispose(disposing);
    }

    private void ReadHeader()
    {
        const byte hasHeaderCheck = 2, hasExtra = 4, hasName = 8, hasComment = 16, reserved = 0xe0;
        Crc32 check = new();
        Span<byte> header = stackalloc byte[FixedHeaderBytes];
        Take(header, check);
        if (!header.StartsWith(Magic) || (header[3] & reserved) != 0)
        {
            throw Corrupt();
        }

        byte flags = header[3];
        Span<byte> two = header[..sizeof(ushort)];
        if ((flags & hasExtra) != 0)
        {
            Take(two, check);
            for (int left = BinaryPrimitives.ReadUInt16LittleEndian(two); left > 0; left--)
            {
                Take(two[..1], check);
            }
        }

        for (int texts = ((flags & hasName) != 0 ? 1 : 0) + ((flags & hasComment) != 0 ? 1 : 0); texts > 0; texts--)
        {
            do
            {
                Take(two[..1], check);
            }
            while (two[0] != 0);
        }

        ushort sum = (ushort)check.GetCurrentHashAsUInt32();
        if ((flags & hasHeaderCheck) != 0)
        {
            Take(two, check);
            if (BinaryPrimitives.ReadUInt16LittleEndian(two) != sum)
            {
                throw Corrupt();
            }
        }
    }

    /// <summary>Finds the trailer, behind which the next member begins or nothing is left.</summary>
    private void EndMember()
    {
        BinaryPrimitives.WriteUInt32LittleEndian(trailer, contentCheck.GetCurrentHashAsUInt32());
        BinaryPrimitives.WriteUInt32LittleEndian(trailer.AsSpan(sizeof(uint)), contentBytes);
        while (end - start < given + TrailerBytes + Magic.Length && Fill())
        {
        }

        start += EndOfTrailer(held.AsSpan(start, end - start));
        given = 0;
        givenBefore = 0;
        contentCheck.Reset();
        contentBytes = 0;
        member!.Dispose();
        member = null;
        isAtEnd = start == end;
        if (isOneMember && !isAtEnd)
        {
            throw Corrupt();
        }
    }

    /// <summary>
    /// Where the trailer ends in what was read last. Of little content it may look like what is before it too: right is what ends all,
    /// or has another member behind it.
    /// </summary>
    private int EndOfTrailer(ReadOnlySpan<byte> read)
    {
        int last = Math.Min(given, read.Length - TrailerBytes);
        for (int at = (int)Math.Max(0, LeastDeflatedBytes - givenBefore); at <= last; at++)
        {
            if (read[at..].StartsWith(trailer)
                && (at + TrailerBytes == read.Length || read[(at + TrailerBytes)..].StartsWith(Magic)))
            {
                return at + TrailerBytes;
            }
        }

        throw Corrupt();
    }

    private void Take(Span<byte> bytes, Crc32 check)
    {
        foreach (ref byte one in bytes)
        {
            one = start < end || Fill() ? held[start++] : throw Corrupt();
        }

        check.Append(bytes);
    }

    /// <summary>Reads more behind what is there; false at the end of the source.</summary>
    private bool Fill()
    {
        held.AsSpan(start, end - start).CopyTo(held);
        (start, end) = (0, end - start);
        int length = source.Read(held.AsSpan(end));
        end += length;
        return length > 0;
    }

    private static InvalidDataException Corrupt() => new("The compressed bytes are damaged or not whole.");

    /// <summary>Gives the decoder what there is, and knows how much of that it gave last.</summary>
    private sealed class Feed(GzipReader reader) : ReadingStream
    {
        /// <inheritdoc/>
        public override int Read(Span<byte> buffer)
        {
            reader.start += reader.given;
            reader.givenBefore += reader.given;
            reader.given = 0;
            if (reader.start == reader.end && !reader.Fill())
            {
                return 0;
            }

            // Half of what can be held, so that a trailer behind it has room.
            reader.given = Math.Min(Math.Min(buffer.Length, BufferBytes / 2), reader.end - reader.start);
            reader.held.AsSpan(reader.start, reader.given).CopyTo(buffer);
            return reader.given;
        }
    }
}
