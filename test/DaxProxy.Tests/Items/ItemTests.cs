using System.Text;
using System.Text.Json;
using DaxProxy.Core.Items;
using NUnit.Framework;

namespace DaxProxy.Tests.Items;

public sealed class ItemTests
{
    [Test]
    public void FromAttributes_EveryType_IsNormalisedJson()
    {
        AttributeMap attributes = new()
        {
            ["a"] = AttributeValue.FromString("x"),
            ["n"] = AttributeValue.FromNumber(RandomValues.Parse("+01.0")),
            ["s"] = AttributeValue.FromSet(AttributeType.SS, [AttributeValue.FromString("b"), AttributeValue.FromString("a")]),
            ["ns"] = AttributeValue.FromSet(AttributeType.NS, [Number("10"), Number("-1.50")]),
            ["bs"] = AttributeValue.FromSet(AttributeType.BS, [AttributeValue.FromBinary([1]), AttributeValue.FromBinary([])]),
            ["m"] = AttributeValue.FromMap([]),
            ["l"] = AttributeValue.FromList([]),
            ["z"] = AttributeValue.Null,
            ["b"] = AttributeValue.False,
            ["bin"] = AttributeValue.FromBinary([0, 1]),
            ["deep"] = AttributeValue.FromList([AttributeValue.FromMap(new() { ["k"] = AttributeValue.True })]),
        };
        const string expected =
            """{"a":{"S":"x"},"n":{"N":"1"},"s":{"SS":["a","b"]},"ns":{"NS":["-1.5","10"]},"bs":{"BS":["","AQ=="]},"m":{"M":{}}"""
            + ""","l":{"L":[]},"z":{"NULL":true},"b":{"BOOL":false},"bin":{"B":"AAE="},"deep":{"L":[{"M":{"k":{"BOOL":true}}}]}}""";

        Item item = Item.FromAttributes(attributes);
        Assert.That(Encoding.UTF8.GetString(item.Json.Span), Is.EqualTo(expected));
        Assert.That(Encoding.UTF8.GetString(item.GetItemBody.Span), Is.EqualTo("{\"Item\":" + expected + "}"));

        static AttributeValue Number(string text) => AttributeValue.FromNumber(RandomValues.Parse(text));
    }

    [TestCase("<>&'+/é", "<>&'+/é")]
    [TestCase("\"\\", "\\\"\\\\")]
    [TestCase("\n\t\u0001", """\n\t\u0001""")]
    public void FromAttributes_Text_IsEscapedNoMoreThanJsonAsks(string text, string escaped)
    {
        Item item = Item.FromAttributes(new() { [text] = AttributeValue.FromString(text) });
        Assert.That(Encoding.UTF8.GetString(item.Json.Span), Is.EqualTo($"{{\"{escaped}\":{{\"S\":\"{escaped}\"}}}}"));
    }

    [TestCase("😀", "😀")]
    [TestCase("a\"😀\n😀b", """a\"😀\n😀b""")]
    public void FromAttributes_TextBeyondTheBasicPlane_StaysUtf8(string text, string escaped)
    {
        Item item = Item.FromAttributes(new() { ["a"] = AttributeValue.FromString(text) });
        Assert.That(Encoding.UTF8.GetString(item.Json.Span), Is.EqualTo($"{{\"a\":{{\"S\":\"{escaped}\"}}}}"));
    }

    [TestCase("", true)]
    [TestCase("é", true)]
    [TestCase("😀", true)]
    [TestCase("\n", false)]
    [TestCase("\"😀", false)]
    public void Open_ALongText_IsTheTextThatWasPutIn(string end, bool isUtf8)
    {
        string text = new string('x', LongText.MinUtf8Bytes) + end;
        AttributeValue made = AttributeValue.FromString(text);
        Item item = Item.FromAttributes(new()
        {
            ["a"] = made,
            ["set"] = AttributeValue.FromSet(AttributeType.SS, [made, AttributeValue.FromString("y")]),
            ["list"] = AttributeValue.FromList([AttributeValue.FromMap(new() { ["k"] = made })]),
        });
        AttributeMap opened = item.Open();
        AttributeValue read = opened["a"];
        Assert.That((read.IsUtf8, made.IsUtf8), Is.EqualTo((isUtf8, false)));
        Assert.That(read.String, Is.EqualTo(text));
        Assert.That(read.Equals(made) && made.Equals(read) && read.Equals(item.Open()["a"]));
        Assert.That(read, Is.Not.EqualTo(AttributeValue.FromString(text + "x")));
        Assert.That(read.GetHashCode(), Is.EqualTo(made.GetHashCode()));
        Assert.That(AttributeValue.CompareScalars(read, made), Is.Zero);
        Item again = Item.FromAttributes(opened);
        Assert.That(again.Json.Span.SequenceEqual(item.Json.Span), "written again it is the same");
        Assert.That(again.SizeBytes, Is.EqualTo(item.SizeBytes));
    }

    [Test]
    public void FromAttributes_LoneSurrogate_BecomesTheReplacementCharacter()
    {
        Item item = Item.FromAttributes(new() { ["a"] = AttributeValue.FromString("x\ud83d") });
        Assert.That(item.Open()["a"].String, Is.EqualTo("x\ufffd"));
    }

    [Test]
    public void FromAttributes_BinaryOfAllBytes_IsPlainBase64()
    {
        byte[] bytes = [0xfb, 0xef, 0xbe, 0xff];
        Item item = Item.FromAttributes(new() { ["b"] = AttributeValue.FromBinary(bytes) });
        Assert.That(Encoding.UTF8.GetString(item.Json.Span), Is.EqualTo("""{"b":{"B":"++++/w=="}}"""));
    }

    [Test]
    public void Open_RandomItems_GiveTheirAttributesAndTheSameBytesAgain()
    {
        RandomValues random = new(11);
        for (int i = 0; i < 5000; i++)
        {
            AttributeMap attributes = random.Map();
            Item item = Item.FromAttributes(attributes);
            AttributeMap opened = item.Open();
            Assert.That(AttributeValue.FromMap(opened), Is.EqualTo(AttributeValue.FromMap(attributes)));
            Assert.That(opened.Keys, Is.EqualTo(attributes.Keys));
            Assert.That(Item.FromAttributes(opened).Json.ToArray(), Is.EqualTo(item.Json.ToArray()));

            Item stored = Item.FromJson(item.Json.Span, item.SizeBytes);
            Assert.That(stored.GetItemBody.ToArray(), Is.EqualTo(item.GetItemBody.ToArray()));
            Assert.That(stored.SizeBytes, Is.EqualTo(ItemSize.Of(attributes)));
        }
    }

    [TestCase(32)]
    [TestCase(60)]
    public void Open_NestedItem_GivesItBack(int levels)
    {
        AttributeMap attributes = new() { ["a"] = Nested(levels) };
        Assert.That(Item.FromAttributes(attributes).Open()["a"], Is.EqualTo(attributes["a"]));
    }

    [Test]
    public void FromAttributes_AbsurdDepth_ThrowsAndLeavesTheWriterUsable()
    {
        Assert.Throws<InvalidOperationException>(() => Item.FromAttributes(new() { ["a"] = Nested(100_000) }));
        Assert.That(Encoding.UTF8.GetString(Item.FromAttributes([]).GetItemBody.Span), Is.EqualTo("""{"Item":{}}"""));
    }

    [Test]
    public void Read_AbsurdDepth_Throws()
    {
        string json = string.Concat(Enumerable.Repeat("""{"a":{"M":""", 100_000)) + "{}" + new string('}', 200_000);
        Assert.That(() => AttributeJson.Read(Encoding.UTF8.GetBytes(json)), Throws.InstanceOf<JsonException>());
    }

    [TestCase("")]
    [TestCase("[]")]
    [TestCase("{")]
    [TestCase("{}{}")]
    [TestCase("""{"a":1}""")]
    [TestCase("""{"a":{}}""")]
    [TestCase("""{"a":{"X":"1"}}""")]
    [TestCase("""{"a":{"S":1}}""")]
    [TestCase("""{"a":{"N":"abc"}}""")]
    [TestCase("""{"a":{"M":[]}}""")]
    [TestCase("""{"a":{"L":["x"]}}""")]
    [TestCase("""{"a":{"SS":[{"S":"x"}]}}""")]
    [TestCase("""{"a":{"S":"x","N":"1"}}""")]
    public void Read_NoNormalisedAttributes_Throws(string json) =>
        Assert.That(() => AttributeJson.Read(Encoding.UTF8.GetBytes(json)), Throws.InstanceOf<JsonException>());

    [Test]
    public void FromAttributes_ManyItems_AllocateThemselvesAndTheirBytesOnly()
    {
        AttributeMap attributes = new()
        {
            ["id"] = AttributeValue.FromString("customer"),
            ["n"] = AttributeValue.FromNumber(RandomValues.Parse("12.5")),
            ["b"] = AttributeValue.FromBinary(new byte[300]),
        };
        const int rounds = 1000;
        int body = Run();
        long before = GC.GetAllocatedBytesForCurrentThread();
        _ = Run();
        Assert.That((GC.GetAllocatedBytesForCurrentThread() - before) / rounds, Is.LessThanOrEqualTo(body + 80));

        int Run()
        {
            int length = 0;
            for (int i = 0; i < rounds; i++)
            {
                length = Item.FromAttributes(attributes).GetItemBody.Length;
            }

            return length;
        }
    }

    private static AttributeValue Nested(int levels)
    {
        AttributeValue value = AttributeValue.True;
        for (int i = 1; i < levels; i++)
        {
            value = i % 2 == 0 ? AttributeValue.FromList([value]) : AttributeValue.FromMap(new() { ["k"] = value });
        }

        return value;
    }
}
