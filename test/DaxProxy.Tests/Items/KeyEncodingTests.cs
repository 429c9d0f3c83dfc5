using System.Numerics;
using System.Text;
using DaxProxy.Core.Items;
using NUnit.Framework;

namespace DaxProxy.Tests.Items;

public sealed class KeyEncodingTests
{
    private const int Rounds = 20_000;

    [TestCase("0", "80")]
    [TestCase("1", "c102")]
    [TestCase("-1", "3e6466")]
    [TestCase("10", "c10b")]
    [TestCase("12", "c10d")]
    [TestCase("100", "c202")]
    [TestCase("123", "c20218")]
    [TestCase("1010", "c20b0b")]
    [TestCase("1234", "c20d23")]
    [TestCase("1.5", "c10233")]
    [TestCase("-42", "3e3b66")]
    [TestCase("0.15", "c010")]
    [TestCase("0.001", "bf0b")]
    [TestCase("100.5", "c2020133")]
    [TestCase("1.234", "c1021829")]
    [TestCase("3.14159", "c1040f105b")]
    [TestCase("123456", "c30d2339")]
    [TestCase("1E-7", "bd0b")]
    [TestCase("1E-130", "8002")]
    [TestCase("-1E-130", "7f6466")]
    [TestCase("1E125", "ff0b")]
    [TestCase("9.99E125", "ff645b")]
    [TestCase("12345678901234567890123456789012345678", "d30d23394f5b0d23394f5b0d23394f5b0d23394f")]
    [TestCase("-12345678901234567890123456789012345678", "2c59432d170b59432d170b59432d170b59432d1766")]
    [TestCase("1234567890123456789012345678901234567.8", "d302182e445a02182e445a02182e445a02182e4451")]
    public void WriteStorageNumber_RecordedNumber_GivesItsBytesAndSize(string text, string hex)
    {
        Number number = RandomValues.Parse(text);
        byte[] bytes = Convert.FromHexString(hex);
        Assert.That(StorageBytes(number), Is.EqualTo(bytes));
        Assert.That(number.SizeBytes, Is.EqualTo(bytes.Length));
    }

    [Test]
    public void WriteStorageNumber_RandomPairs_OrderByValueAndHaveTheSizeSaid()
    {
        RandomValues random = new(4);
        for (int i = 0; i < Rounds; i++)
        {
            Number left = random.Number(), right = random.Number();
            byte[] leftBytes = StorageBytes(left);
            Assert.That(leftBytes, Has.Length.EqualTo(left.SizeBytes), left.ToString());
            int order = leftBytes.AsSpan().SequenceCompareTo(StorageBytes(right));
            Assert.That(Math.Sign(order), Is.EqualTo(left.CompareTo(right)), $"{left} and {right}");
        }
    }

    [TestCase(AttributeType.S, "2 8 9 1 6 hello 0 5 4 äáöü aardman 7 3 zapf")]
    [TestCase(AttributeType.N, "7 999.9 8 3 2 -999.9 9 4 -0.09 6 1 0 0.012345 5")]
    public void HashPrefix_RecordedScan_Ascends(AttributeType type, string keys)
    {
        ulong[] hashes = [.. keys.Split(' ').Select(key => KeyEncoding.HashPrefix(Value(type, key)))];
        Assert.That(hashes, Is.Ordered.Ascending);
    }

    [TestCase(AttributeType.S, "2", 0x29cbed)]
    [TestCase(AttributeType.S, "äáöü", 0xafc23a)]
    [TestCase(AttributeType.N, "7", 0x0275cc)]
    [TestCase(AttributeType.N, "-0.09", 0x8c5531)]
    [TestCase(AttributeType.N, "0", 0xce212d)]
    public void HashPrefix_RecordedKey_BeginsAsRecorded(AttributeType type, string key, int expected) =>
        Assert.That(KeyEncoding.HashPrefix(Value(type, key)) >> 40, Is.EqualTo((ulong)expected));

    [Test]
    public void HashPrefix_StringAndItsBytes_Agree()
    {
        foreach (int length in (int[])[1, 247, 248, 249, 2048, 5000])
        {
            string text = new('é', length);
            Assert.That(
                KeyEncoding.HashPrefix(AttributeValue.FromBinary(Encoding.UTF8.GetBytes(text))),
                Is.EqualTo(KeyEncoding.HashPrefix(AttributeValue.FromString(text))));
        }
    }

    [TestCaseSource(typeof(KeyVectors), nameof(KeyVectors.Numbers))]
    public void SelfDelimiting_ClientNumber_IsReadInAllSpellingsAndWrittenInOne(string text, byte[] js, byte[] go, byte[] canonical)
    {
        AttributeValue expected = Value(AttributeType.N, text);
        Assert.That(SelfDelimiting(expected), Is.EqualTo(canonical));
        foreach (byte[] spelling in (byte[][])[js, go, canonical])
        {
            byte[] followed = [.. spelling, 0xc1, 0x1c, 0x00, 0x00];
            Assert.That(KeyEncoding.ReadSelfDelimiting(AttributeType.N, followed, out int read), Is.EqualTo(expected));
            Assert.That(read, Is.EqualTo(spelling.Length));
        }
    }

    [TestCase("fb7ff8000000000000", null)]
    [TestCase("fb7ff0000000000000", null)]
    [TestCase("fb8000000000000000", "0")]
    [TestCase("fb7e37e43c8800759c", null)]
    [TestCase("fa40490fdb", "3.1415927")]
    [TestCase("f93c00", "1")]
    [TestCase("1b0000000000000001", "1")]
    [TestCase("c24a00000000000000000001", "1")]
    [TestCase("c240", "0")]
    [TestCase("c340", "-1")]
    [TestCase("c482187d01", "1e125")]
    [TestCase("c482187e01", null)]
    [TestCase("c48220c340", "-0.1")]
    [TestCase("c482397fff01", null)]
    [TestCase("c4823bffffffffffffffff01", null)]
    [TestCase("c4821bffffffffffffffff01", null)]
    [TestCase("c25100000000000000000000000000000000ff", "255")]
    [TestCase("c250ffffffffffffffffffffffffffffffff", null)]
    public void ReadSelfDelimiting_NumberOfAnyForm_IsReadOrRefused(string hex, string? text)
    {
        byte[] bytes = Convert.FromHexString(hex);
        if (text is null)
        {
            Assert.Throws<FormatException>(() => KeyEncoding.ReadSelfDelimiting(AttributeType.N, bytes, out _));
        }
        else
        {
            Assert.That(KeyEncoding.ReadSelfDelimiting(AttributeType.N, bytes, out _), Is.EqualTo(Value(AttributeType.N, text)));
        }
    }

    [Test]
    public void ReadSelfDelimiting_BignumBeyond128Bits_IsRead()
    {
        foreach (int zeros in (int[])[39, 60, 125])
        {
            byte[] content = BigInteger.Pow(10, zeros).ToByteArray(isUnsigned: true, isBigEndian: true);
            byte[] bytes =
                [0xc2, .. content.Length < 24 ? (byte[])[(byte)(0x40 + content.Length)] : [0x58, (byte)content.Length], .. content];
            Assert.That(
                KeyEncoding.ReadSelfDelimiting(AttributeType.N, bytes, out int read), Is.EqualTo(Value(AttributeType.N, $"1e{zeros}")));
            Assert.That(read, Is.EqualTo(bytes.Length));
        }
    }

    [TestCaseSource(typeof(KeyVectors), nameof(KeyVectors.LexDecimals))]
    public void Ordered_ClientNumber_IsReadAndWrittenNormally(string text, byte[] bytes)
    {
        AttributeValue expected = Value(AttributeType.N, text);
        Assert.That(KeyEncoding.ReadOrdered(AttributeType.N, bytes), Is.EqualTo(expected));
        bool fraction = text.Contains('.', StringComparison.Ordinal) && text[^1] != '0';
        if (!text.Contains('E', StringComparison.Ordinal) && (fraction || !text.Contains('.', StringComparison.Ordinal)))
        {
            Assert.That(Ordered(expected), Is.EqualTo(bytes));
        }
    }

    [TestCase(AttributeType.S)]
    [TestCase(AttributeType.N)]
    [TestCase(AttributeType.B)]
    public void Ordered_RandomPairs_OrderAsDynamoDBDoes(AttributeType type)
    {
        RandomValues random = new(5);
        for (int i = 0; i < Rounds; i++)
        {
            AttributeValue left = random.Scalar(type), right = random.Scalar(type);
            int order = Ordered(left).AsSpan().SequenceCompareTo(Ordered(right));
            Assert.That(Math.Sign(order), Is.EqualTo(Math.Sign(AttributeValue.CompareScalars(left, right))), $"{left} and {right}");
        }
    }

    [TestCase(AttributeType.S)]
    [TestCase(AttributeType.N)]
    [TestCase(AttributeType.B)]
    public void BothEncodings_RandomValues_ComeBack(AttributeType type)
    {
        RandomValues random = new(6);
        for (int i = 0; i < Rounds; i++)
        {
            AttributeValue value = random.Scalar(type);
            Assert.That(KeyEncoding.ReadOrdered(type, Ordered(value)), Is.EqualTo(value));
            byte[] delimited = SelfDelimiting(value);
            Assert.That(KeyEncoding.ReadSelfDelimiting(type, (byte[])[.. delimited, 0xff], out int read), Is.EqualTo(value));
            Assert.That(read, Is.EqualTo(delimited.Length));
        }
    }

    [Test]
    public void BothEncodings_EqualNumbersSpelledDifferently_AreEqual()
    {
        RandomValues random = new(7);
        for (int i = 0; i < Rounds; i++)
        {
            (BigInteger coefficient, int exponent) = random.Scaled();
            AttributeValue value = Value(AttributeType.N, $"{coefficient}E{exponent}");
            AttributeValue other = Value(AttributeType.N, random.Respell(coefficient, exponent));
            Assert.That(Ordered(other), Is.EqualTo(Ordered(value)));
            Assert.That(SelfDelimiting(other), Is.EqualTo(SelfDelimiting(value)));
        }
    }

    [Test]
    public void Writers_DestinationTooShort_Throw()
    {
        RandomValues random = new(8);
        for (int i = 0; i < 3000; i++)
        {
            AttributeValue value = random.Scalar((AttributeType)(i % 3));
            byte[] delimited = SelfDelimiting(value), ordered = Ordered(value);
            Assert.That(KeyEncoding.WriteSelfDelimiting(value, new byte[delimited.Length]), Is.EqualTo(delimited.Length));
            Assert.That(KeyEncoding.WriteOrdered(value, new byte[ordered.Length]), Is.EqualTo(ordered.Length));
            Assert.Throws<ArgumentException>(() => KeyEncoding.WriteSelfDelimiting(value, new byte[delimited.Length - 1]));
            if (ordered.Length > 0)
            {
                Assert.Throws<ArgumentException>(() => KeyEncoding.WriteOrdered(value, new byte[ordered.Length - 1]));
            }
        }
    }

    [Test]
    public void Readers_DamagedBytes_GiveAValueOrAFormatException()
    {
        RandomValues random = new(9);
        for (int i = 0; i < Rounds; i++)
        {
            AttributeType type = (AttributeType)(i % 3);
            byte[] bytes = i % 2 == 0 ? random.Bytes(12) : SelfDelimiting(random.Scalar(type));
            byte[] ordered = i % 2 == 0 ? bytes : Ordered(random.Scalar(type));
            Try(() => KeyEncoding.ReadSelfDelimiting(type, bytes.AsSpan(0, random.Below(bytes.Length + 1)), out _));
            Try(() => KeyEncoding.ReadOrdered(type, ordered.AsSpan(0, random.Below(ordered.Length + 1))));
        }

        static void Try(Func<AttributeValue> read)
        {
            try
            {
                _ = read();
            }
            catch (FormatException)
            {
                // What garbage is answered with; any other exception fails the test.
            }
        }
    }

    [TestCase("")]
    [TestCase("00")]
    [TestCase("ff")]
    [TestCase("c1")]
    [TestCase("c11c00")]
    [TestCase("c11c000000")]
    [TestCase("c11c0001")]
    [TestCase("c10000")]
    [TestCase("8000")]
    [TestCase("fe800000")]
    public void ReadOrdered_NoLexDecimal_IsRefused(string hex) =>
        Assert.Throws<FormatException>(() => KeyEncoding.ReadOrdered(AttributeType.N, Convert.FromHexString(hex)));

    private static AttributeValue Value(AttributeType type, string text) =>
        type == AttributeType.S ? AttributeValue.FromString(text) : AttributeValue.FromNumber(RandomValues.Parse(text));

    private static byte[] StorageBytes(Number number)
    {
        byte[] room = new byte[32];
        return room[..KeyEncoding.WriteStorageNumber(number, room)];
    }

    private static byte[] SelfDelimiting(AttributeValue value)
    {
        byte[] room = new byte[KeyEncoding.MaxKeyBytes];
        return room[..KeyEncoding.WriteSelfDelimiting(value, room)];
    }

    private static byte[] Ordered(AttributeValue value)
    {
        byte[] room = new byte[KeyEncoding.MaxKeyBytes];
        return room[..KeyEncoding.WriteOrdered(value, room)];
    }
}
