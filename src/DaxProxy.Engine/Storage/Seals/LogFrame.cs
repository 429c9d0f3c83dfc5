using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace DaxProxy.Engine.Storage.Seals;

/// <summary>
/// A frame of the write-ahead log as SQLite's file format has it: a header of 24 bytes (page number; pages of the store after a commit,
/// else 0; the log's two salts; a checksum in two words) and the page. The checksum goes on from that of the frame before, or of the log's
/// header.
/// </summary>
internal static class LogFrame
{
    /// <summary>Bytes of the log's own header, whose last eight are its checksum.</summary>
    public const int LogHeaderBytes = 32;

    /// <summary>Bytes before the page.</summary>
    public const int HeaderBytes = 24;

    /// <summary>Bytes of a frame.</summary>
    public const int FrameBytes = HeaderBytes + PageSeal.PageBytes;

    /// <summary>Bytes of a checksum.</summary>
    public const int ChecksumBytes = 8;

    /// <summary>How far before a frame's page the checksum of what is before the frame begins, where there is a frame before.</summary>
    public const int ReachBack = HeaderBytes + PageSeal.PageBytes + ChecksumBytes;

    /// <summary>The same for the first frame, before which the log's header ends with its checksum.</summary>
    public const int FirstReachBack = HeaderBytes + ChecksumBytes;

    /// <summary>Where the salts are in the header of the log; they take eight bytes.</summary>
    public const int HeaderSaltOffset = 16;

    /// <summary>Where the salts are in the header of a frame.</summary>
    public const int SaltOffset = 8;

    /// <summary>Bytes of the two salts.</summary>
    public const int SaltBytes = 8;

    // The version of the format in the header of the log: the only one there is, and the one that the log of an encrypted store has.
    private const int VersionOffset = 4;
    private const uint Version = 3007000, EncryptedVersion = 0x44617845;

    /// <summary>Number of the frame whose page is at a place in the log, from 1; 0 where no page begins.</summary>
    public static long NumberAt(long pageOffset)
    {
        long behind = pageOffset - LogHeaderBytes - HeaderBytes;
        return behind >= 0 && behind % FrameBytes == 0 ? (behind / FrameBytes) + 1 : 0;
    }

    /// <summary>The checksum that a frame should have.</summary>
    /// <param name="before">The checksum of what is before it.</param>
    /// <param name="frame">The whole frame.</param>
    /// <param name="isBigEndian">Whether the log's words are summed as big-endian ones; its header says so.</param>
    public static (uint First, uint Second) Sum((uint First, uint Second) before, ReadOnlySpan<byte> frame, bool isBigEndian)
    {
        (uint first, uint second) = before;
        Add(frame[..8], isBigEndian, ref first, ref second);
        Add(frame[HeaderBytes..], isBigEndian, ref first, ref second);
        return (first, second);
    }

    /// <summary>The checksum that the header of a log should have.</summary>
    public static (uint First, uint Second) SumOfHeader(ReadOnlySpan<byte> header, bool isBigEndian)
    {
        (uint first, uint second) = (0, 0);
        Add(header[..^ChecksumBytes], isBigEndian, ref first, ref second);
        return (first, second);
    }

    /// <summary>The checksum that stands at the end of a header, of the log or of a frame.</summary>
    public static (uint First, uint Second) SumIn(ReadOnlySpan<byte> header) =>
        (BinaryPrimitives.ReadUInt32BigEndian(header[^8..]), BinaryPrimitives.ReadUInt32BigEndian(header[^4..]));

    /// <summary>
    /// Gives the header of an encrypted log a version that no SQLite knows: one that opens it without the key fails, and leaves the log
    /// alone, which it would otherwise take for one that ends before its first frame. False if the header is not one of SQLite's.
    /// </summary>
    /// <param name="header">The whole header.</param>
    public static bool TryHide(Span<byte> header) => TryGiveVersion(header, Version, EncryptedVersion);

    /// <summary>Makes of the header of an encrypted log what SQLite has written. Any other stays as it is.</summary>
    /// <param name="header">The whole header.</param>
    public static void Show(Span<byte> header) => TryGiveVersion(header, EncryptedVersion, Version);

    private static bool TryGiveVersion(Span<byte> header, uint from, uint to)
    {
        bool isBigEndian = (header[3] & 1) != 0;
        if (BinaryPrimitives.ReadUInt32BigEndian(header[VersionOffset..]) != from || SumOfHeader(header, isBigEndian) != SumIn(header))
        {
            return false;
        }

        BinaryPrimitives.WriteUInt32BigEndian(header[VersionOffset..], to);
        (uint first, uint second) = SumOfHeader(header, isBigEndian);
        BinaryPrimitives.WriteUInt32BigEndian(header[^8..], first);
        BinaryPrimitives.WriteUInt32BigEndian(header[^4..], second);
        return true;
    }

    private static void Add(ReadOnlySpan<byte> bytes, bool isBigEndian, ref uint first, ref uint second)
    {
        ReadOnlySpan<uint> words = MemoryMarshal.Cast<byte, uint>(bytes);
        if (isBigEndian != BitConverter.IsLittleEndian)
        {
            for (int i = 0; i + 1 < words.Length; i += 2)
            {
                first += words[i] + second;
                second += words[i + 1] + first;
            }

            return;
        }

        for (int i = 0; i + 1 < words.Length; i += 2)
        {
            first += BinaryPrimitives.ReverseEndianness(words[i]) + second;
            second += BinaryPrimitives.ReverseEndianness(words[i + 1]) + first;
        }
    }
}
