using System.IO.Compression;
using DaxProxy.Frontends;
using DaxProxy.Frontends.Http;
using NUnit.Framework;

namespace DaxProxy.Tests.Frontends;

public sealed class ContentCodingTests
{
    [TestCase(null, null)]
    [TestCase("", null)]
    [TestCase("identity", null)]
    [TestCase("br", null)]
    [TestCase("gzip", "gzip")]
    [TestCase("deflate, gzip;q=0.5", "gzip")]
    [TestCase("gzip;q=0, deflate", "deflate")]
    [TestCase("GZIP ; q=0.0", null)]
    [TestCase("x-gzipped", null)]
    public void Choose_AcceptEncoding_TakesGzipFirst(string? accept, string? expected) =>
        Assert.That(ContentCoding.Choose(accept), Is.EqualTo(expected));

    [TestCase("gzip")]
    [TestCase("deflate")]
    public void TryDecode_WhatWasEncoded_GivesTheSameWithinTheLimit(string coding)
    {
        byte[] body = new byte[50_000];
        using PooledBuffer encoded = new();
        ContentCoding.Encode(coding, body, encoded);
        using PooledBuffer decoded = new();
        Assert.That(ContentCoding.TryDecode(coding, new(encoded.WrittenMemory), body.Length, decoded), Is.True);
        Assert.That(decoded.WrittenSpan.SequenceEqual(body), Is.True);
        using PooledBuffer small = new();
        Assert.That(ContentCoding.TryDecode(coding, new(encoded.WrittenMemory), body.Length - 1, small), Is.False);
        Assert.That(small.WrittenSpan.Length, Is.LessThan(body.Length + 40_000));
    }

    [TestCase("gzip")]
    [TestCase("br")]
    public void TryDecode_CorruptOrUnknown_Throws(string coding)
    {
        using PooledBuffer decoded = new();
        Assert.Throws<InvalidDataException>(() => ContentCoding.TryDecode(coding, new(new byte[] { 1, 2, 3, 4 }), 100, decoded));
    }

    [TestCase("gzip")]
    [TestCase("deflate")]
    public void TryDecode_CutAtAnyByte_Throws(string coding)
    {
        byte[] whole = Encoded(coding, Body);
        for (int length = 0; length < whole.Length; length++)
        {
            Assert.Throws<InvalidDataException>(() => Decode(coding, whole[..length]), $"{length} of {whole.Length} bytes");
        }

        Assert.That(Decode(coding, whole), Is.EqualTo(Body));
    }

    [Test]
    public void TryDecode_RawDeflate_IsNoDeflate()
    {
        using MemoryStream raw = new();
        using (DeflateStream encoder = new(raw, CompressionLevel.Fastest, leaveOpen: true))
        {
            encoder.Write(Body);
        }

        for (int length = 0; length <= raw.Length; length++)
        {
            Assert.Throws<InvalidDataException>(() => Decode("deflate", raw.ToArray()[..length]), $"{length} of {raw.Length} bytes");
        }
    }

    [TestCase("gzip")]
    [TestCase("deflate")]
    public void TryDecode_AnyBitFlipped_NeverGivesAnotherBody(string coding)
    {
        // Some bits say nothing of the content: gzip's time and system, those that fill the last byte.
        byte[] whole = Encoded(coding, Body);
        int refused = 0;
        for (int bit = 0; bit < 8 * whole.Length; bit++)
        {
            byte[] damaged = [.. whole];
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            try
            {
                Assert.That(Decode(coding, damaged), Is.EqualTo(Body), $"bit {bit}");
            }
            catch (InvalidDataException)
            {
                refused++;
            }
        }

        Assert.That(refused, Is.GreaterThan((8 * whole.Length) - 64));
    }

    [TestCase("gzip")]
    [TestCase("deflate")]
    public void TryDecode_MoreBehindTheEnd_Throws(string coding)
    {
        byte[] whole = Encoded(coding, Body), empty = Encoded(coding, []);
        Assert.Throws<InvalidDataException>(() => Decode(coding, [.. whole, 0]));
        Assert.Throws<InvalidDataException>(() => Decode(coding, [.. whole, .. whole]));
        Assert.Throws<InvalidDataException>(() => Decode(coding, [.. whole, .. empty]));
        Assert.Throws<InvalidDataException>(() => Decode(coding, [.. empty, .. whole]));
        Assert.That(Decode(coding, empty), Is.Empty);
    }

    [Test]
    public void TryDecode_GzipWithANameACommentAndAnExtraField_IsRead()
    {
        byte[] whole = Encoded("gzip", Body);
        byte[] named = [.. whole[..3], 0x1c, .. whole[4..10], 3, 0, 1, 2, 3, .. "name\0comment\0"u8, .. whole[10..]];
        Assert.That(Decode("gzip", named), Is.EqualTo(Body));
        for (int length = 0; length < named.Length; length++)
        {
            Assert.Throws<InvalidDataException>(() => Decode("gzip", named[..length]));
        }
    }

    private static readonly byte[] Body =
        System.Text.Encoding.UTF8.GetBytes(
            string.Concat(Enumerable.Range(0, 40).Select(n => "{\"pk\":{\"S\":\"item " + (n * n) + "\"}},")));

    private static byte[] Encoded(string coding, byte[] body)
    {
        using PooledBuffer encoded = new();
        ContentCoding.Encode(coding, body, encoded);
        return encoded.WrittenSpan.Length > 0 ? encoded.WrittenSpan.ToArray() : Stored(coding);
    }

    /// <summary>The framework writes nothing for nothing.</summary>
    private static byte[] Stored(string coding) => coding == "gzip"
        ? [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        : [0x78, 0x9c, 3, 0, 0, 0, 0, 1];

    private static byte[] Decode(string coding, byte[] body)
    {
        using PooledBuffer decoded = new();
        Assert.That(ContentCoding.TryDecode(coding, new(body), 1 << 20, decoded), Is.True);
        return decoded.WrittenSpan.ToArray();
    }
}
