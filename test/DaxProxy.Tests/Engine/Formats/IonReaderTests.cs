using System.Text;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Engine.Formats;
using NUnit.Framework;

namespace DaxProxy.Tests.Engine.Formats;

public sealed class IonReaderTests
{
    [TestCase("\"a\"", "{\"S\":\"a\"}")]
    [TestCase("\"\\x41\\u00e9\\U0001F600\\n\\\"\\/\\\n\"", "{\"S\":\"Aé😀\\n\\\"/\"}")]
    [TestCase("'''a''' \n '''b'c''d'''", "{\"S\":\"ab'c''d\"}")]
    [TestCase("''''''", "{\"S\":\"\"}")]
    [TestCase("103.", "{\"N\":\"103\"}")]
    [TestCase("6d2", "{\"N\":\"600\"}")]
    [TestCase("-1.5D-3", "{\"N\":\"-0.0015\"}")]
    [TestCase("1_000", "{\"N\":\"1000\"}")]
    [TestCase("-0x1F", "{\"N\":\"-31\"}")]
    [TestCase("0b101", "{\"N\":\"5\"}")]
    [TestCase("1.5e3", "{\"N\":\"1500\"}")]
    [TestCase("2.d1", "{\"N\":\"20\"}")]
    [TestCase("{{ AQ ID }}", "{\"B\":\"AQID\"}")]
    [TestCase("{{}}", "{\"B\":\"\"}")]
    [TestCase("true", "{\"BOOL\":true}")]
    [TestCase("null.string", "{\"NULL\":true}")]
    [TestCase("null", "{\"NULL\":true}")]
    [TestCase("[1, \"a\", [], {},]", "{\"L\":[{\"N\":\"1\"},{\"S\":\"a\"},{\"L\":[]},{\"M\":{}}]}")]
    [TestCase(
        "{a:1,'b c':2,\"d\":3 , '\\u0065':4,}",
        "{\"M\":{\"a\":{\"N\":\"1\"},\"b c\":{\"N\":\"2\"},\"d\":{\"N\":\"3\"},\"e\":{\"N\":\"4\"}}}")]
    [TestCase("$dynamodb_SS::[\"b\",'''a''']", "{\"SS\":[\"a\",\"b\"]}")]
    [TestCase("$dynamodb_NS :: [2., 1d0]", "{\"NS\":[\"1\",\"2\"]}")]
    [TestCase("'$dynamodb_BS'::[{{AQ==}}]", "{\"BS\":[\"AQ==\"]}")]
    [TestCase("/* a { */ \"x\" // }\n", "{\"S\":\"x\"}")]
    public void Value_OfEachForm_IsRead(string ion, string json) =>
        Assert.That(Read($"{{Item:{{v:{ion}}}}}"), Is.EqualTo($"{{\"v\":{json}}}"));

    [TestCase("word")]
    [TestCase("'quoted'")]
    [TestCase("'true'")]
    [TestCase("2020-01-01")]
    [TestCase("2020-01-01T00:00:00Z")]
    [TestCase("nan")]
    [TestCase("+inf")]
    [TestCase("(a b)")]
    [TestCase("{{\"clob\"}}")]
    [TestCase("{{AQ}")]
    [TestCase("{{A}}")]
    [TestCase("\"\\uD800\"")]
    [TestCase("\"\\q\"")]
    [TestCase("\"a\nb\"")]
    [TestCase("other::[1]")]
    [TestCase("$dynamodb_SS::\"a\"")]
    [TestCase("$dynamodb_SS::[]")]
    [TestCase("$dynamodb_SS::[\"a\",\"a\"]")]
    [TestCase("$dynamodb_NS::[\"a\"]")]
    [TestCase("1e999")]
    [TestCase("--1")]
    [TestCase("0x")]
    [TestCase("[1")]
    [TestCase("/* ")]
    public void Value_ThatNoAttributeHolds_IsRefused(string ion) =>
        Assert.That(Read($"{{Item:{{v:{ion}}}}}"), Does.StartWith("ValidationException"));

    [Test]
    public void Value_NestedTooDeep_IsRefused([Values(33, 150, 100_000)] int depth) =>
        Assert.That(Read($"{{Item:{{v:{new string('[', depth)}{new string(']', depth)}}}}}"), Does.StartWith("ValidationException"));

    [Test]
    public void Records_FollowOneAnother_WithTheLinesWhereTheyBegin()
    {
        const string Ion = "$ion_1_0 {Item:{a:1}}\n$ion_1_0\n{\n Item: {\n b:2\n }\n}{Item:{c:3},ConditionExpression:\"attribute_exists(#c)\","
            + "ExpressionAttributeNames:{'#c':\"c\"}} ";
        using IonReader reader = Open(Ion);
        List<ItemRecord> records = [];
        while (reader.Read() is { } record)
        {
            records.Add(record);
        }

        Assert.That(records.Select(record => record.Line), Is.EqualTo(new[] { 1, 3, 7 }));
        Assert.That(records.Select(record => record.Error), Is.All.Null);
        Assert.That(records[2].Put!.Condition, Is.Not.Null);
    }

    [Test]
    public void Field_BesideAnItem_ThatIsNoneOfARecord_IsPassedOver() =>
        Assert.That(Read("{Metadata:{at:1},Item:{v:1},More:[true]}"), Is.EqualTo("{\"v\":{\"N\":\"1\"}}"));

    [Test]
    public void Object_EndsWithAFaultOfItsText_AndNotWithOneOfAnItem()
    {
        using IonReader reader = Open("{Item:{s:$dynamodb_SS::[]}} {Item:{a:1}} {Item:} {Item:{b:1}}");
        Assert.That(reader.Read()!.Error, Is.Not.Null);
        Assert.That(reader.Read()!.Put, Is.Not.Null);
        Assert.That(reader.Read()!.Error!.Message, Does.StartWith("The record is no Ion"));
        Assert.That(reader.Read(), Is.Null);
    }

    /// <summary>Source: the example of DynamoDB's developer guide, "Amazon S3 import formats for DynamoDB".</summary>
    [TestCase("$ion_1_0\n[\n {Item:{a:1}},\n {Item:{a:2}}\n]", "1 2")]
    [TestCase("[{Item:{a:1}},] $ion_1_0 {Item:{a:2}} [] [{Item:{a:3}}]", "1 2 3")]
    [TestCase("[]", "")]
    [TestCase("[{Item:{a:1}} {Item:{a:2}}]", "1 fault")]
    [TestCase("[{Item:{a:1}},,{Item:{a:2}}]", "1 fault")]
    [TestCase("[{Item:{a:1}}", "1 fault")]
    [TestCase("[[{Item:{a:1}}]]", "fault")]
    [TestCase("{Item:{a:1}},{Item:{a:2}}", "1 fault")]
    public void Records_MayStandInAList(string ion, string read)
    {
        using IonReader reader = Open(ion);
        List<string> records = [];
        while (reader.Read() is { } record)
        {
            records.Add(record.Put is { } put ? $"{put.Item.Value!["a"].Number}" : "fault");
        }

        Assert.That(string.Join(' ', records), Is.EqualTo(read));
    }

    [Test]
    public void Text_ThatNothingWrote_NeverThrows()
    {
        const string Parts = "{}[]():,\"'\\/*$nullItem_SS103.dx-+eE \n\t{{AQ==}}";
        Random random = new(1);
        for (int i = 0; i < 20_000; i++)
        {
            char[] text = [.. Enumerable.Range(0, random.Next(40)).Select(_ => Parts[random.Next(Parts.Length)])];
            using IonReader reader = Open((i % 2 == 0 ? "{Item:{v:" : "") + new string(text));
            while (reader.Read() is not null)
            {
            }
        }
    }

    private static IonReader Open(string ion) => new(new MemoryStream(Encoding.UTF8.GetBytes(ion)), "tab", ValidationLayer.Older);

    private static string Read(string ion)
    {
        using IonReader reader = Open(ion);
        ItemRecord record = reader.Read()!;
        return record.Put is { } put
            ? Encoding.UTF8.GetString(Item.FromAttributes(put.Item.Value!).Json.Span)
            : $"{record.Error!.Name}: {record.Error.Message}";
    }
}
