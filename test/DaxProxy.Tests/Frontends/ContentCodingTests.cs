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
}
