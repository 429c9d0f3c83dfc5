using System.Text;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Operations.Transfers;
using DaxProxy.Core.Tables;
using DaxProxy.Engine.Formats;
using NUnit.Framework;

namespace DaxProxy.Tests.Engine.Formats;

/// <summary>Records that are lines: DynamoDB's JSON, and CSV.</summary>
public sealed class LineReaderTests
{
    [Test]
    public void JsonLines_OfAnyLength_AreReadUpToTheLimit()
    {
        string large = new('x', 300_000), huge = new('x', RecordReader.MaxRecordBytes);
        string text = $"{Line("a")}\n\r\n  \n{Line(large)}\r\n{Line(huge)}\n{Line("b")}";
        using JsonLinesReader reader = new(new Drip(Encoding.UTF8.GetBytes(text)), "tab", ValidationLayer.Older);
        Assert.That(Next(reader), Is.EqualTo("1: a"));
        Assert.That(Next(reader), Is.EqualTo("4: " + large));
        Assert.That(Next(reader), Is.EqualTo("5: The record is longer than 4 MB"));
        Assert.That(Next(reader), Is.EqualTo("6: b"));
        Assert.That(Next(reader), Is.Null);
    }

    [TestCase("[]")]
    [TestCase("{}")]
    [TestCase("{\"Item\":[]}")]
    [TestCase("{\"Item\":{\"pk\":\"a\"}}")]
    [TestCase("{\"Item\":{\"pk\":{\"S\":\"a\"}},\"ConditionExpression\":\"(\"}")]
    [TestCase("{\"Item\":{\"pk\":{\"S\":\"a\"}},\"ExpressionAttributeNames\":{\"#a\":\"a\"}}")]
    [TestCase("{\"Item\":{\"pk\":{\"S\":\"\\uD800\"}}}")]
    [TestCase("{\"Item\":{\"pk\":{\"SS\":[\"a\",\"a\"]}}}")]
    [TestCase("{\"Item\":{\"pk\":{\"S\":\"a\"}}} x")]
    public void JsonLine_ThatIsNoItem_IsToldOf(string line)
    {
        using JsonLinesReader reader = new(new MemoryStream(Encoding.UTF8.GetBytes($"{line}\n{Line("b")}")), "tab", ValidationLayer.Older);
        Assert.That(reader.Read()!.Error, Is.Not.Null);
        Assert.That(Next(reader), Is.EqualTo("2: b"));
    }

    [Test]
    public void CsvLines_AreReadAsRfc4180Says()
    {
        const string Text = "\uFEFFpk,s,b\r\n\"a,\"\"b\"\"\nc\",,AQ==\n\nx,\"\",\"Ag==\"";
        using CsvReader reader = Csv(Text, new TransferInput(new BucketPlace("b", ""), TransferFormat.CSV, TransferCompression.NONE));
        Assert.That(
            Attributes(reader.Read()!), Is.EqualTo("{\"pk\":{\"S\":\"a,\\\"b\\\"\\nc\"},\"s\":{\"S\":\"\"},\"b\":{\"B\":\"AQ==\"}}"));
        ItemRecord last = reader.Read()!;
        Assert.That(Attributes(last), Is.EqualTo("{\"pk\":{\"S\":\"x\"},\"s\":{\"S\":\"\"},\"b\":{\"B\":\"Ag==\"}}"));
        Assert.That(last.Line, Is.EqualTo(5));
        Assert.That(reader.Read(), Is.Null);
    }

    [Test]
    public void CsvLines_WithWhichSomethingIsWrong_AreToldOf()
    {
        TransferInput input =
            new(new BucketPlace("b", ""), TransferFormat.CSV, TransferCompression.NONE) { Header = ["pk", "b"], Delimiter = '\t' };
        using CsvReader reader = Csv("a\tno!\na\n\"a\"x\tAQ==\na\tAQ==", input);
        Assert.That(reader.Read()!.Error!.Message, Is.EqualTo("The record is no base64"));
        Assert.That(reader.Read()!.Error!.Message, Is.EqualTo("The record has 1 values where the header has 2 names"));
        Assert.That(reader.Read()!.Error!.Message, Is.EqualTo("The record is no CSV"));
        Assert.That(reader.Read(), Is.Null, "where a quotation ends is not known");
    }

    private static CsvReader Csv(string text, TransferInput input) => new(
        new MemoryStream(Encoding.UTF8.GetBytes(text)),
        input,
        new CreateTable
        {
            TableName = "tab",
            KeySchema = [new KeySchemaElement("pk", "HASH")],
            AttributeDefinitions = [new AttributeDefinition("pk", "S"), new AttributeDefinition("b", "B")],
        },
        ValidationLayer.Older);

    private static string Line(string key) => $"{{\"Item\":{{\"pk\":{{\"S\":\"{key}\"}}}}}}";

    private static string? Next(RecordReader reader) =>
        reader.Read() is { } record ? $"{record.Line}: {record.Put?.Item.Value!["pk"].String ?? record.Error!.Message}" : null;

    private static string Attributes(ItemRecord record) => record.Put is { } put
        ? Encoding.UTF8.GetString(Item.FromAttributes(put.Item.Value!).Json.Span)
        : record.Error!.Message!;

    /// <summary>Gives a few bytes at a time.</summary>
    private sealed class Drip(byte[] content) : MemoryStream(content)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, 10_007));
    }
}
