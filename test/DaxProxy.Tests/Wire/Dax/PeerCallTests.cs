using System.Buffers;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Wire.Dax;
using DaxProxy.Core.Wire.Dax.Cbor;
using DaxProxy.Core.Wire.Dax.Reading;
using DaxProxy.Core.Wire.Dax.Writing;
using NUnit.Framework;

namespace DaxProxy.Tests.Wire.Dax;

/// <summary>What a node sends to another, and what it makes of the answer.</summary>
public sealed class PeerCallTests
{
    private static IEnumerable<DaxVector> Questions =>
        DaxVectors.Frames.Where(vector => vector.Method == DaxMethod.DefineAttributeList && vector.Answer is not null);

    [Test]
    public void Preamble_OfANode_IsOneAndNamesIt()
    {
        byte[] bytes = Written(PeerCalls.WritePreamble);

        Assert.That(new DaxFramer().TryRead(new(bytes), out DaxFrame frame), Is.EqualTo(DaxFraming.Complete));
        Assert.That(frame, Is.EqualTo(new DaxFrame(null, bytes.Length)));
        Assert.That(DaxServiceCalls.ReadUserAgent(bytes), Is.EqualTo(PeerCalls.UserAgent));
    }

    [Test]
    public void Authorization_ReadAndWritten_IsTheBytesOfTheClients()
    {
        DaxVector[] recorded = [.. DaxVectors.Frames.Where(vector => vector.Method == DaxMethod.AuthorizeConnection)];
        foreach (DaxVector vector in recorded)
        {
            ConnectionAuthorization authorization = DaxServiceCalls.ReadAuthorization(vector.Bytes)!;
            Assert.That(Written(output => PeerCalls.WriteAuthorization(authorization, output)), Is.EqualTo(vector.Bytes), vector.Name);
        }

        Assert.That(recorded, Is.Not.Empty);
    }

    [Test]
    public void Question_ReadAndWritten_IsTheBytesOfTheClients()
    {
        foreach (DaxVector vector in Questions)
        {
            int id = DaxServiceCalls.ReadAttributeListId(vector.Bytes)!.Value;
            Assert.That(Written(output => PeerCalls.WriteQuestion(id, output)), Is.EqualTo(vector.Bytes), vector.Name);
        }

        Assert.That(Questions, Is.Not.Empty);
    }

    [Test]
    public void Answer_InPiecesOfAnyLength_IsWholeAtItsLastByte()
    {
        foreach (DaxVector question in Questions)
        {
            byte[] bytes = question.Answer!.Bytes;
            PeerAnswer slow = new();
            for (int length = 0; length < bytes.Length; length++)
            {
                Assert.That(slow.TryRead(new(bytes.AsMemory(0, length))), Is.EqualTo(DaxFraming.NeedsMore), $"{question} {length}");
                PeerAnswer answer = new();
                answer.TryRead(new(bytes.AsMemory(0, length)));
                Assert.That(
                    answer.TryRead(Segments.Cut(bytes, Math.Max(1, length))), Is.EqualTo(DaxFraming.Complete), $"{question} {length}");
                Assert.That(
                    answer.Names,
                    Is.EqualTo(DaxVectors.ListsOf(question.Session)[DaxServiceCalls.ReadAttributeListId(question.Bytes)!.Value]));
            }

            Assert.That(slow.TryRead(new(bytes)), Is.EqualTo(DaxFraming.Complete));
            Assert.That(slow.Names, Is.Not.Null);
            Assert.That(slow.Refusal, Is.Null);
        }
    }

    [Test]
    public void Answer_ThatRefuses_GivesTheNameOfTheError()
    {
        byte[] bytes = Written(output => DaxAnswer.Of(DaxFaults.UnknownAttributeList, "req-0001").Write([], output));
        PeerAnswer answer = new();

        Assert.That(answer.TryRead(new(bytes.AsMemory(0, bytes.Length - 1))), Is.EqualTo(DaxFraming.NeedsMore));
        Assert.That(answer.TryRead(new(bytes)), Is.EqualTo(DaxFraming.Complete));
        Assert.That(answer.Refusal, Is.EqualTo("ValidationException"));
        Assert.That(answer.Names, Is.Null);
    }

    [TestCase("80 80", DaxFraming.Malformed, TestName = "The list without names, which no node has to ask for")]
    [TestCase("80 82 6161 6161", DaxFraming.Malformed, TestName = "A name twice")]
    [TestCase("80 81 60", DaxFraming.Malformed, TestName = "An empty name")]
    [TestCase("80 81 01", DaxFraming.Malformed, TestName = "A number for a name")]
    [TestCase("80 81 61ff", DaxFraming.Malformed, TestName = "A name that is no UTF-8")]
    [TestCase("80 01", DaxFraming.Malformed, TestName = "A number for the names")]
    [TestCase("80 ff", DaxFraming.Malformed, TestName = "A break")]
    [TestCase("80 9a00100000", DaxFraming.TooLarge, TestName = "More names than a list can have")]
    [TestCase("80 81 7a00100000", DaxFraming.TooLarge, TestName = "A name longer than all of a list")]
    [TestCase("81 01 7a00002000", DaxFraming.TooLarge, TestName = "A refusal with a long story")]
    [TestCase("01 02 03", DaxFraming.Malformed, TestName = "Three numbers")]
    [TestCase("485454502f312e3120", DaxFraming.Malformed, TestName = "Another protocol")]
    public void Answer_ThatIsNone_IsRefused(string hex, DaxFraming expected)
    {
        byte[] bytes = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        PeerAnswer answer = new();

        Assert.That(answer.TryRead(new(bytes)), Is.EqualTo(expected));
        Assert.That((answer.Names, answer.Refusal), Is.EqualTo(((AttributeNames?)null, (string?)null)));
    }

    [Test]
    public void Answer_OfTheLongestList_IsReadAndOneByteMoreIsNot()
    {
        string[] names = [.. Enumerable.Range(0, AttributeNames.MaxBytes / 32).Select(name => name.ToString("d32"))];
        Assert.That(Framing(names), Is.EqualTo(DaxFraming.Complete));
        names[0] += "x";
        Assert.That(Framing(names), Is.EqualTo(DaxFraming.Malformed));

        static DaxFraming Framing(string[] names) =>
            new PeerAnswer().TryRead(new(Written(output => DaxServiceCalls.WriteAttributeNames(new AttributeNames(names), output))));
    }

    private static byte[] Written(Action<IBufferWriter<byte>> write)
    {
        ArrayBufferWriter<byte> output = new();
        write(output);
        return output.WrittenSpan.ToArray();
    }
}
