using System.Text;
using DaxProxy.Core.Wire;
using NUnit.Framework;

namespace DaxProxy.Tests.Wire;

public sealed class Crc32Tests
{
    [TestCase("<UnknownOperationException/>\n", 3552371480u)]
    [TestCase("healthy: dynamodb.us-east-1.amazonaws.com ", 3128867991u)]
    [TestCase("{}", 2745614147u)]
    [TestCase("123456789", 0xcbf43926u)]
    [TestCase("", 0u)]
    public void Of_RecordedBody_IsItsHeader(string body, uint crc) => Assert.That(Crc32.Of(Encoding.UTF8.GetBytes(body)), Is.EqualTo(crc));

    [Test]
    public void Of_EveryLengthAndOffset_AgreesWithBits()
    {
        byte[] bytes = new byte[700];
        new Random(12).NextBytes(bytes);
        for (int length = 0; length <= 600; length++)
        {
            ReadOnlySpan<byte> source = bytes.AsSpan(length % 17, length);
            uint expected = ByBits(source);
            Assert.That(Crc32.Of(source), Is.EqualTo(expected), $"length {length}");
            Assert.That(~Crc32.ByTable(~0u, source), Is.EqualTo(expected), $"length {length}");
        }
    }

    [Test]
    public void Append_AnySplit_IsTheCrcOfAll()
    {
        byte[] bytes = new byte[300];
        new Random(13).NextBytes(bytes);
        uint whole = Crc32.Of(bytes);
        for (int split = 0; split <= bytes.Length; split++)
        {
            Assert.That(Crc32.Append(Crc32.Of(bytes.AsSpan(0, split)), bytes.AsSpan(split)), Is.EqualTo(whole), $"split at {split}");
        }
    }

    private static uint ByBits(ReadOnlySpan<byte> source)
    {
        uint state = ~0u;
        foreach (byte value in source)
        {
            state ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                state = (state >> 1) ^ ((state & 1) == 0 ? 0 : 0xedb88320u);
            }
        }

        return ~state;
    }
}
