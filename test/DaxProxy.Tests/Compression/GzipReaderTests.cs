using System.IO.Compression;
using System.Text;
using DaxProxy.Core.Compression;
using NUnit.Framework;

namespace DaxProxy.Tests.Compression;

public sealed class GzipReaderTests
{
    private static readonly byte[] Content = Encoding.UTF8.GetBytes(
        string.Concat(Enumerable.Range(0, 60).Select(n => "{\"pk\":{\"S\":\"item " + (n * n) + "\"}}\n")));

    [Test]
    public void Read_CutAtAnyByte_Throws()
    {
        byte[] whole = Packed(Content);
        for (int length = 0; length < whole.Length; length++)
        {
            Assert.Throws<InvalidDataException>(() => Unpacked(whole[..length]), $"{length} of {whole.Length} bytes");
        }

        Assert.That(Unpacked(whole), Is.EqualTo(Content));
    }

    [Test]
    public void Read_ManyMembers_GivesAllOfThem_AndACutOneThrows()
    {
        byte[] one = Packed(Content), many = [.. one, .. Packed(Content[..1]), .. one];
        Assert.That(Unpacked(many), Is.EqualTo((byte[])[.. Content, Content[0], .. Content]));
        for (int cut = 1; cut < one.Length; cut++)
        {
            Assert.Throws<InvalidDataException>(() => Unpacked(many[..^cut]), $"{cut} bytes are missing");
        }

        Assert.Throws<InvalidDataException>(() => Unpacked([.. one, 0]));
        Assert.Throws<InvalidDataException>(() => Unpacked(many, isOneMember: true));
    }

    [Test]
    public void Read_MembersThatEndAnywhereInTheBuffers_GivesThemWhole()
    {
        // Bytes of chance take as much packed as they are: members end around each border of the decoder's buffer and of ours.
        Random random = new(1);
        foreach (int border in (int[])[8192, 16_384, 32_768])
        {
            for (int length = border - 60; length < border + 8; length++)
            {
                byte[] content = new byte[length];
                random.NextBytes(content);
                byte[] packed = [.. Packed(content), .. Packed(Content)];
                Assert.That(Unpacked(packed), Is.EqualTo((byte[])[.. content, .. Content]), $"{length} bytes");
            }
        }
    }

    [Test]
    public void Read_OfLittle_FindsItsEnd()
    {
        // Nothing at all: deflated it is 3, 0, and a trailer of zeros.
        byte[] empty = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        Assert.That(Unpacked(empty), Is.Empty);
        Assert.That(Unpacked([.. empty, .. empty, .. Packed(Content), .. empty]), Is.EqualTo(Content));
        Assert.Throws<InvalidDataException>(() => Unpacked(empty[..^1]));
        Assert.Throws<InvalidDataException>(() => Unpacked([]));
    }

    [TestCase(1)]
    [TestCase(7)]
    public void Read_WhatComesInPieces_GivesTheSame(int pieceBytes)
    {
        byte[] packed = [.. Packed(Content), .. Packed(Content)];
        Assert.That(Unpacked(packed, pieceBytes: pieceBytes), Is.EqualTo((byte[])[.. Content, .. Content]));
        Assert.Throws<InvalidDataException>(() => Unpacked(packed[..^5], pieceBytes: pieceBytes));
    }

    [Test]
    public void Read_AnyBitFlipped_NeverGivesOtherContent()
    {
        byte[] whole = Packed(Content);
        int refused = 0;
        for (int bit = 0; bit < 8 * whole.Length; bit++)
        {
            byte[] damaged = [.. whole];
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            try
            {
                Assert.That(Unpacked(damaged), Is.EqualTo(Content), $"bit {bit}");
            }
            catch (InvalidDataException)
            {
                refused++;
            }
        }

        // Time and system in the header, and the bits that fill the last byte of the deflated data, say nothing of the content.
        Assert.That(refused, Is.GreaterThan((8 * whole.Length) - 64));
    }

    private static byte[] Packed(byte[] content)
    {
        using MemoryStream packed = new();
        using (GZipStream packer = new(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            packer.Write(content);
        }

        return packed.ToArray();
    }

    private static byte[] Unpacked(byte[] packed, bool isOneMember = false, int pieceBytes = int.MaxValue)
    {
        using GzipReader reader = new(new Pieces(packed, pieceBytes), isOneMember);
        using MemoryStream content = new();
        reader.CopyTo(content);
        return content.ToArray();
    }

    /// <summary>Gives so many bytes at a time.</summary>
    private sealed class Pieces(byte[] bytes, int most) : ReadingStream
    {
        private int at;

        public override int Read(Span<byte> buffer)
        {
            int count = Math.Min(Math.Min(most, buffer.Length), bytes.Length - at);
            bytes.AsSpan(at, count).CopyTo(buffer);
            at += count;
            return count;
        }
    }
}
