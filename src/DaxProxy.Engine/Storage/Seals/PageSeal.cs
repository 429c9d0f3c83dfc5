using System.Buffers.Binary;
using System.IO.Hashing;

namespace DaxProxy.Engine.Storage.Seals;

/// <summary>
/// The digest at the end of each page of a store with checksums, in bytes that SQLite leaves to those who want them (reserved bytes). It is
/// of all bytes before it and of the page's number, so that a page in the place of another does not pass either.
/// </summary>
internal static class PageSeal
{
    /// <summary>Bytes of a page of every store.</summary>
    public const int PageBytes = 4096;

    /// <summary>
    /// Bytes at the end of a page that are not SQLite's. In the header of the file this is what says that pages have digests.
    /// </summary>
    public const int SealBytes = 16;

    /// <summary>Writes the digest of a page to its end.</summary>
    /// <param name="page">The whole page.</param>
    /// <param name="number">Its number, from 1.</param>
    public static void Write(Span<byte> page, long number) =>
        BinaryPrimitives.WriteUInt128LittleEndian(page[^SealBytes..], Digest(page, number));

    /// <summary>Whether a page is what was written.</summary>
    /// <param name="page">The whole page.</param>
    /// <param name="number">Its number, from 1.</param>
    public static bool IsIntact(ReadOnlySpan<byte> page, long number) =>
        BinaryPrimitives.ReadUInt128LittleEndian(page[^SealBytes..]) == Digest(page, number);

    private static UInt128 Digest(ReadOnlySpan<byte> page, long number) => XxHash128.HashToUInt128(page[..^SealBytes], number);
}
