using System.Buffers;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Peeks;
using DaxProxy.Core.Wire.Dax.Cbor;
using DaxProxy.Core.Wire.Dax.Reading;
using DaxProxy.Core.Wire.Dax.Writing;
using DaxProxy.Tests.Expressions;
using DaxProxy.Tests.Items;
using NUnit.Framework;

namespace DaxProxy.Tests.Wire.Dax;

public sealed class DaxValueTests
{
    private static IEnumerable<DaxVector> Numbers =>
        DaxVectors.All.Where(vector => vector.Name.StartsWith("number.", StringComparison.Ordinal));

    private static IEnumerable<DaxVector> Values => DaxVectors.All.Where(vector => vector.Name.StartsWith("av.", StringComparison.Ordinal));

    [TestCaseSource(nameof(Numbers))]
    public void Number_OfAnyClient_IsReadAndWrittenOurWay(object source)
    {
        DaxVector vector = (DaxVector)source;
        Number.TryParse(vector.Name.AsSpan("number.".Length), out Number expected);
        Assert.That(Read(vector.Bytes).Value!.Number, Is.EqualTo(expected));
        Assert.That(Read(Convert.FromHexString(vector.Json.GetProperty("goHex").GetString()!)).Value!.Number, Is.EqualTo(expected));
        Assert.That(
            Read(Convert.FromHexString(vector.Json.GetProperty("suggestedServerHex").GetString()!)).Value!.Number, Is.EqualTo(expected));
        Assert.That(Read(Write(AttributeValue.FromNumber(expected))).Value!.Number, Is.EqualTo(expected));
    }

    [TestCaseSource(nameof(Values))]
    public void Value_OfEachType_IsReadAndWrittenAgain(object source)
    {
        DaxVector vector = (DaxVector)source;
        AttributeValue value = Read(vector.Bytes).Value!;
        Assert.That(value.Type.ToString(), Is.EqualTo(vector.Json.GetProperty("attributeValue").EnumerateObject().Single().Name));
        Assert.That(Read(Write(value)).Value, Is.EqualTo(value));
        if (value.Type != AttributeType.NS)
        {
            // The one with a float in it, which is read but not written.
            Assert.That(Write(value), Is.EqualTo(vector.Bytes));
        }
    }

    [Test]
    public void Value_Random_SurvivesWritingAndReading([Range(1, 20)] int seed)
    {
        RandomDocuments documents = new(seed);
        RandomValues scalars = new(seed);
        for (int round = 0; round < 200; round++)
        {
            AttributeValue value = round % 2 == 0 ? documents.Value(4) : AttributeValue.FromNumber(scalars.Number());
            Assert.That(Read(Write(value)).Value, Is.EqualTo(value));
        }
    }

    [Test]
    public void Value_NestedAsDeepAsTheServiceAllows_IsReadAndOneDeeperIsNot()
    {
        Assert.That(Read([.. Enumerable.Repeat((byte)0x81, 31), 0x01]).Fault, Is.Null);
        Assert.That(Read([.. Enumerable.Repeat((byte)0x81, 32), 0x01]).Fault, Is.EqualTo(ValueFaults.TooDeep));
        Assert.That(Read([.. Enumerable.Repeat((byte)0x9f, 100_000)]).Fault, Is.EqualTo(ValueFaults.TooDeep));
    }

    [TestCase("d90cf980", ValueFaults.EmptyStringSet)]
    [TestCase("d90cfa80", ValueFaults.EmptyNumberSet)]
    [TestCase("d90cfb80", ValueFaults.EmptyBinarySet)]
    [TestCase("d90cf98261616161", "One or more parameter values were invalid: Input collection [a, a] contains duplicates.")]
    [TestCase("d90cfa8201c4820001", "Input collection contains duplicates")]
    [TestCase("c4821880" + "01", ValueFaults.Overflow)]
    [TestCase("fb7ff8000000000000", "The parameter cannot be converted to a numeric value: NaN")]
    public void Value_ThatDynamoDbRefuses_IsRefusedInItsWords(string hex, string text) =>
        Assert.That(Read(Convert.FromHexString(hex)).Fault, Is.EqualTo(text));

    [TestCase("f7", TestName = "Undefined")]
    [TestCase("d90cfc01", TestName = "An index of a path")]
    [TestCase("d90cf98101", TestName = "A number among strings")]
    [TestCase("61ff", TestName = "A text that is no UTF-8")]
    [TestCase("6261", TestName = "A text cut short")]
    [TestCase("9a7fffffff01", TestName = "An array that claims too much")]
    [TestCase("a10101", TestName = "A map of numbers")]
    [TestCase("82", TestName = "An array cut short")]
    [TestCase("bf6161", TestName = "A map cut short")]
    [TestCase("", TestName = "Nothing")]
    public void Value_ThatIsNone_IsNotRead(string hex) =>
        Assert.That(() => Read(Convert.FromHexString(hex)), Throws.TypeOf<FormatException>());

    [Test]
    public void Key_InAnySpelling_IsTheSameAndIsRespelledAlike([Range(1, 10)] int seed)
    {
        RandomValues random = new(seed);
        KeySchema[] schemas =
        [
            new("h", AttributeType.S), new("h", AttributeType.N), new("h", AttributeType.B),
            new("h", AttributeType.S, "r", AttributeType.N),
            new("h", AttributeType.N, "r", AttributeType.S), new("h", AttributeType.B, "r", AttributeType.B),
            new("h", AttributeType.N, "r", AttributeType.N),
        ];
        foreach (KeySchema schema in schemas)
        {
            for (int round = 0; round < 50; round++)
            {
                AttributeMap key = new() { ["h"] = Scalar(schema.HashType, random) };
                if (schema.HasRange)
                {
                    key.Add("r", Scalar(schema.RangeType, random));
                }

                ItemKey encoded = ItemKey.Of(schema, key);
                Decoded<AttributeMap> read = ItemReader.ReadKey(encoded.Bytes.Span, schema);
                Assert.That(AttributeValue.FromMap(read.Value!), Is.EqualTo(AttributeValue.FromMap(key)));
                Span<byte> respelled = new byte[KeyEncoding.MaxKeyBytes];
                Assert.That(DaxPeek.TryRespell(schema, encoded.Bytes.Span, respelled, out int length), Is.True);
                Assert.That(respelled[..length].ToArray(), Is.EqualTo(encoded.Bytes.ToArray()));
            }
        }
    }

    [TestCase(AttributeType.N, "fb40091eb851eb851f", "c48221" + "19013a")]
    [TestCase(AttributeType.N, "c482201903e8", "1864")]
    [TestCase(AttributeType.N, "1b0000000000000007", "07")]
    [TestCase(AttributeType.S, "6b31", "6b31")]
    public void Key_AsClientsSpellIt_IsRespelled(AttributeType type, string sent, string expected)
    {
        Span<byte> respelled = new byte[KeyEncoding.MaxKeyBytes];
        Assert.That(DaxPeek.TryRespell(new("k", type), Convert.FromHexString(sent), respelled, out int length), Is.True);
        Assert.That(Convert.ToHexStringLower(respelled[..length]), Is.EqualTo(expected));
    }

    private static AttributeValue Scalar(AttributeType type, RandomValues random) => type switch
    {
        AttributeType.S => AttributeValue.FromString("x" + random.String()),
        AttributeType.N => AttributeValue.FromNumber(random.Number()),
        _ => AttributeValue.FromBinary([1, .. random.Bytes()]),
    };

    private static Decoded<AttributeValue> Read(byte[] bytes)
    {
        CborReader reader = new(bytes);
        Decoded<AttributeValue> value = ValueReader.Read(ref reader, ValidationLayer.Older);
        Assert.That(value.Fault is not null || reader.IsAtEnd, Is.True);
        return value;
    }

    private static byte[] Write(AttributeValue value)
    {
        ArrayBufferWriter<byte> output = new();
        ValueWriter.Write(new CborWriter(output), value);
        return output.WrittenSpan.ToArray();
    }
}
