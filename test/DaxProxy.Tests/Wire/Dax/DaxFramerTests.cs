using System.Buffers;
using DaxProxy.Core.Wire.Dax;
using DaxProxy.Core.Wire.Dax.Cbor;
using DaxProxy.Core.Wire.Dax.Reading;
using NUnit.Framework;

namespace DaxProxy.Tests.Wire.Dax;

public sealed class DaxFramerTests
{
    private static readonly byte[] Preamble = DaxVectors.Preambles.First().Bytes;

    [TestCaseSource(typeof(DaxVectors), nameof(DaxVectors.Preambles))]
    public void Preamble_InPiecesOfAnyLength_IsWholeAtItsLastByte(object vector) =>
        AssertWholeAtTheEnd(() => new DaxFramer(), ((DaxVector)vector).Bytes, null);

    [TestCaseSource(typeof(DaxVectors), nameof(DaxVectors.Frames))]
    public void Request_InPiecesOfAnyLength_IsWholeAtItsLastByte(object vector)
    {
        DaxVector request = (DaxVector)vector;
        AssertWholeAtTheEnd(Greeted, request.Bytes, request.Method);
    }

    [Test]
    public void Requests_OneBehindTheOther_AreCutApart()
    {
        List<DaxVector> requests = [.. DaxVectors.Frames];
        byte[] stream = [.. Preamble, .. requests.SelectMany(request => request.Bytes)];
        DaxFramer framer = new();
        ReadOnlySequence<byte> rest = Segments.Cut(stream, 7);
        Assert.That(framer.TryRead(rest, out DaxFrame frame), Is.EqualTo(DaxFraming.Complete));
        foreach (DaxVector request in requests)
        {
            rest = rest.Slice(frame.Bytes);
            Assert.That(framer.TryRead(rest, out frame), Is.EqualTo(DaxFraming.Complete));
            Assert.That(rest.Slice(0, frame.Bytes).ToArray(), Is.EqualTo(request.Bytes));
        }

        Assert.That(framer.TryRead(rest.Slice(frame.Bytes), out _), Is.EqualTo(DaxFraming.NeedsMore));
    }

    [Test]
    public void Connection_OfAnotherProtocol_IsKnownByItsFirstBytes()
    {
        Assert.That(new DaxFramer().TryRead(new("GET"u8.ToArray()), out _), Is.EqualTo(DaxFraming.NotDax));
        Assert.That(new DaxFramer().TryRead(new(Preamble.AsMemory(0, 5)), out _), Is.EqualTo(DaxFraming.NeedsMore));
    }

    [TestCase("01 1a2ecb30e7 00", DaxFraming.UnknownMethod, TestName = "A method that no client calls")]
    [TestCase("02 1a1b2bcf02", DaxFraming.Malformed, TestName = "Another service")]
    [TestCase("61 31 00", DaxFraming.Malformed, TestName = "A text for the service")]
    [TestCase("01 1bffffffffffffffff", DaxFraming.Malformed, TestName = "A method beyond 64 bits")]
    [TestCase("01 1a0fb0cc6a 5bffffffffffffffff", DaxFraming.TooLarge, TestName = "A string longer than allowed")]
    [TestCase("01 1a0fb0cc6a 9bffffffffffffffff", DaxFraming.TooLarge, TestName = "An array longer than allowed")]
    [TestCase("01 1a0fb0cc6a bb7fffffffffffffff", DaxFraming.TooLarge, TestName = "A map longer than allowed")]
    [TestCase("01 1a0fb0cc6a ff", DaxFraming.Malformed, TestName = "A break of nothing")]
    [TestCase("01 1a0fb0cc6a 82ff", DaxFraming.Malformed, TestName = "A break of a definite length")]
    [TestCase("01 1a0fb0cc6a 9fc1ff", DaxFraming.Malformed, TestName = "A tag of nothing")]
    [TestCase("01 1a0fb0cc6a 5f4101ff", DaxFraming.Malformed, TestName = "A string in pieces")]
    [TestCase("01 1a0fb0cc6a 1c", DaxFraming.Malformed, TestName = "A reserved head")]
    public void Request_ThatIsNone_IsRefused(string hex, DaxFraming expected)
    {
        byte[] bytes = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        Assert.That(Greeted().TryRead(new(bytes), out _), Is.EqualTo(expected));
    }

    [Test]
    public void Request_NestedTooDeep_IsRefusedWhereItGoesTooDeep()
    {
        byte[] head = Convert.FromHexString("011a0fb0cc6a");
        byte[] deep = [.. head, .. Enumerable.Repeat((byte)0x81, CborSkipper.MaxDepth), 0x00];
        Assert.That(Greeted().TryRead(new(deep), out _), Is.EqualTo(DaxFraming.NeedsMore));
        deep = [.. head, .. Enumerable.Repeat((byte)0x9f, CborSkipper.MaxDepth + 1)];
        Assert.That(Greeted().TryRead(new(deep), out _), Is.EqualTo(DaxFraming.TooDeep));
    }

    [Test]
    public void Request_LongerThanAllowed_IsRefusedAndTheLongestAllowedIsNot()
    {
        DaxVector request = DaxVectors.Frames.First(vector => vector.Name == "js1.get_simple.getItem.request");
        Assert.That(Greeted(request.Bytes.Length).TryRead(new(request.Bytes), out _), Is.EqualTo(DaxFraming.Complete));
        Assert.That(Greeted(request.Bytes.Length - 1).TryRead(new(request.Bytes), out _), Is.EqualTo(DaxFraming.TooLarge));
    }

    [Test]
    public void Request_OfManyItemsInManyPieces_IsLookedThroughOnce()
    {
        const int Items = 200_000;
        byte[] head = Convert.FromHexString("011a0fb0cc6a" + "9a" + Items.ToString("x8"));
        byte[] bytes = [.. head, .. Enumerable.Repeat((byte)0x01, Items), 0x00, 0xf6];
        CborSkipper skipper = new();
        long looked = 0;
        for (int length = 1000; length < bytes.Length + 1000; length += 1000)
        {
            long before = skipper.Position;
            int there = Math.Min(length, bytes.Length);
            skipper.Skip(Segments.Cut(bytes.AsMemory(0, there), 4096), 5, long.MaxValue);
            looked += skipper.Position - before;
            Assert.That(skipper.Position, Is.EqualTo(there));
        }

        Assert.That(looked, Is.EqualTo(bytes.Length));
        Assert.That(skipper.Items, Is.EqualTo(5));
    }

    private static DaxFramer Greeted() => Greeted(DaxFramer.DefaultMaxRequestBytes);

    private static DaxFramer Greeted(long maxRequestBytes)
    {
        DaxFramer framer = new(maxRequestBytes);
        Assert.That(framer.TryRead(new(Preamble), out _), Is.EqualTo(DaxFraming.Complete));
        return framer;
    }

    private static void AssertWholeAtTheEnd(Func<DaxFramer> make, byte[] bytes, DaxMethod? method)
    {
        // Split at every byte: a first part, then all of it and the beginning of something else.
        byte[] more = [.. bytes, 0x01, 0x1a];
        for (int split = 0; split < bytes.Length; split++)
        {
            DaxFramer framer = make();
            Assert.That(framer.TryRead(new(bytes.AsMemory(0, split)), out _), Is.EqualTo(DaxFraming.NeedsMore), $"{split} bytes");
            Assert.That(
                framer.TryRead(Segments.Cut(more, Math.Max(1, split)), out DaxFrame frame), Is.EqualTo(DaxFraming.Complete),
                $"after {split}");
            Assert.That(frame, Is.EqualTo(new DaxFrame(method, bytes.Length)));
        }

        // Byte by byte.
        DaxFramer slow = make();
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.That(slow.TryRead(new(bytes.AsMemory(0, length)), out _), Is.EqualTo(DaxFraming.NeedsMore));
        }

        Assert.That(slow.TryRead(new(bytes), out DaxFrame whole), Is.EqualTo(DaxFraming.Complete));
        Assert.That(whole.Bytes, Is.EqualTo(bytes.Length));
    }
}
