using System.Text;
using DaxProxy.Core.Items;
using NUnit.Framework;

namespace DaxProxy.Tests.Items;

public sealed class ItemKeyTests
{
    [TestCaseSource(typeof(KeyVectors), nameof(KeyVectors.Keys))]
    public void Decode_ClientKey_GivesItsAttributesAndOneEncoding(KeySchema schema, string item, byte[] bytes, byte[] canonical)
    {
        AttributeMap attributes = AttributeJson.Read(Encoding.UTF8.GetBytes(item));
        AttributeMap decoded = new ItemKey(bytes).Decode(schema);
        Assert.That(AttributeValue.FromMap(decoded), Is.EqualTo(AttributeValue.FromMap(attributes)));
        Assert.That(ItemKey.Of(schema, decoded).Bytes.ToArray(), Is.EqualTo(canonical));
    }

    [Test]
    public void Of_RandomItems_DecodeToTheirKeys(
        [Values(AttributeType.S, AttributeType.N, AttributeType.B)] AttributeType hashType,
        [Values(null, AttributeType.S, AttributeType.N, AttributeType.B)] AttributeType? rangeType)
    {
        KeySchema schema = rangeType is null ? new("h", hashType) : new("h", hashType, "r", rangeType.Value);
        RandomValues random = new(10);
        for (int i = 0; i < 3000; i++)
        {
            AttributeMap item = new() { ["other"] = AttributeValue.True, ["h"] = random.Scalar(hashType) };
            if (rangeType is not null)
            {
                item["r"] = random.Scalar(rangeType.Value);
            }

            ItemKey key = ItemKey.Of(schema, item);
            AttributeMap decoded = key.Decode(schema);
            item.Remove("other");
            Assert.That(AttributeValue.FromMap(decoded), Is.EqualTo(AttributeValue.FromMap(item)));
            Assert.That(decoded.Keys, Is.EqualTo(schema.Names));

            ItemKey again = ItemKey.Of(schema, decoded);
            Assert.That(again, Is.EqualTo(key));
            Assert.That(again.GetHashCode(), Is.EqualTo(key.GetHashCode()));
        }
    }

    [Test]
    public void Of_LongestKey_FitsTheRoom([Values(AttributeType.S, AttributeType.B)] AttributeType type)
    {
        KeySchema schema = new("h", type, "r", type);
        AttributeMap item = new() { ["h"] = Long(2048), ["r"] = Long(1024) };
        Assert.That(ItemKey.Of(schema, item).Bytes.Length, Is.EqualTo(3 + 2048 + 1024));
        Assert.Throws<ArgumentException>(() => ItemKey.Of(schema, new() { ["h"] = Long(5000), ["r"] = Long(1024) }));

        AttributeValue Long(int length) => type == AttributeType.S
            ? AttributeValue.FromString(new string('x', length))
            : AttributeValue.FromBinary(new byte[length]);
    }

    [Test]
    public void TryWrite_ShortDestination_IsFalseAndExactOneIsFilled()
    {
        KeySchema schema = new("h", AttributeType.N, "r", AttributeType.N);
        AttributeValue value = AttributeValue.FromNumber(RandomValues.Parse("3.14"));
        Span<byte> room = stackalloc byte[10];
        for (int length = 0; length < room.Length; length++)
        {
            Assert.That(ItemKey.TryWrite(schema, value, value, room[..length], out int none), Is.False);
            Assert.That(none, Is.Zero);
        }

        Assert.That(ItemKey.TryWrite(schema, value, value, room, out int written), Is.True);
        Assert.That(Convert.ToHexString(room[..written]), Is.EqualTo("C4822119013AC1518020"));
    }

    [Test]
    public void TryWrite_AnyKey_AllocatesNothing()
    {
        KeySchema schema = new("h", AttributeType.S, "r", AttributeType.N);
        AttributeValue hash = AttributeValue.FromString("customer#é"), range = AttributeValue.FromNumber(RandomValues.Parse("-12.5"));
        byte[] room = new byte[KeyEncoding.MaxKeyBytes];
        Run();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Run();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);

        void Run()
        {
            for (int i = 0; i < 100; i++)
            {
                _ = ItemKey.TryWrite(schema, hash, range, room, out _);
                _ = KeyEncoding.HashPrefix(hash) + KeyEncoding.HashPrefix(range);
            }
        }
    }

    [Test]
    public void TryWrite_ValuesThatDoNotFitTheSchema_Throw()
    {
        KeySchema schema = new("h", AttributeType.S);
        AttributeValue text = AttributeValue.FromString("x"), number = AttributeValue.FromNumber(default);
        Assert.Throws<ArgumentException>(() => ItemKey.TryWrite(schema, number, null, new byte[99], out _));
        Assert.Throws<ArgumentException>(() => ItemKey.TryWrite(schema, text, text, new byte[99], out _));
        Assert.Throws<ArgumentException>(() => ItemKey.TryWrite(schema with { RangeName = "r" }, text, number, new byte[99], out _));
    }

    [TestCase("0100")]
    [TestCase("6161")]
    [TestCase("")]
    public void Decode_NoKeyOfTheSchema_IsRefused(string hex) =>
        Assert.Throws<FormatException>(() => new ItemKey(Convert.FromHexString(hex)).Decode(new KeySchema("h", AttributeType.N)));

    [Test]
    public void Default_Key_IsTheEmptyOne()
    {
        Assert.That(default(ItemKey), Is.EqualTo(new ItemKey([])));
        Assert.That(default(ItemKey).GetHashCode(), Is.EqualTo(new ItemKey([]).GetHashCode()));
    }
}
