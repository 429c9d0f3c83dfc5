using System.Buffers;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Expressions;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;
using DaxProxy.Core.Wire.Dax;
using DaxProxy.Core.Wire.Dax.Cbor;
using DaxProxy.Core.Wire.Dax.Reading;
using DaxProxy.Core.Wire.Json.Outbound;
using NUnit.Framework;

namespace DaxProxy.Tests.Wire.Dax;

public sealed class DaxRequestTests
{
    [TestCaseSource(typeof(DaxVectors), nameof(DaxVectors.DataRequests))]
    public void Needs_OfARequest_SufficeToReadIt(object source)
    {
        DaxVector request = (DaxVector)source;
        Assert.That(DaxNeeds.TryFind(request.Method, request.Bytes, out DaxNeeds needs), Is.Null);
        Assert.That(needs.Tables, Is.Not.Empty);
        IReadOnlyDictionary<int, AttributeNames> lists = DaxVectors.ListsOf(request.Session);
        DynamoError? error = DaxRequest.TryRead(
            request.Method,
            request.Bytes,
            needs.Tables.ToDictionary(table => table, table => DaxVectors.Tables[table]),
            needs.AttributeLists.ToDictionary(id => id, id => lists[id]),
            ValidationProfile.October2026,
            out _);
        Assert.That(error?.Message, Is.Null);
        Assert.That(
            DaxRequest.TryRead(
                request.Method, request.Bytes, new Dictionary<string, TableInfo>(), lists, ValidationProfile.October2026, out _),
            Is.EqualTo(TableFaults.NotFound));
    }

    [Test]
    public void PutItem_OfAClient_HasKeyAndValues()
    {
        PutItem put = Read<PutItem>("js1.put_simple.putItem");
        Assert.That(put.TableName, Is.EqualTo("hashS"));
        Assert.That(AttributeValue.FromMap(put.Item.Value!).ToString(), Is.EqualTo("{M:{pk={S:k1}, a={S:hello}, n={N:42}}}"));
    }

    [Test]
    public void GetItem_WithOptions_HasThem()
    {
        GetItem get = Read<GetItem>("go1.getItem.3");
        Assert.That(get.ConsistentRead, Is.True);
        Assert.That(get.ReturnConsumedCapacity, Is.EqualTo(ReturnConsumedCapacity.TOTAL));
        Assert.That(get.Projection!.Paths, Is.EqualTo(new[] { new DocumentPath("a"), new DocumentPath("n") }));
    }

    [TestCase("go1.getItem.3", "\"ProjectionExpression\":\"#n0, #n1\",\"ExpressionAttributeNames\":{\"#n0\":\"a\",\"#n1\":\"n\"}")]
    [TestCase("js1.query_projection.query", "\"ProjectionExpression\":\"#n0, #n1.#n2[2], #n1.#n2[0], #n3, #n4\"")]
    public void Projection_WithoutAText_IsPassedOnAsOne(string name, string expected)
    {
        ArrayBufferWriter<byte> body = new();
        OutboundCall.Write(Read<Operation>(name), ReturnValues.NONE, body);
        Assert.That(System.Text.Encoding.UTF8.GetString(body.WrittenSpan), Does.Contain(expected));
    }

    [Test]
    public void Query_OfAnIndex_HasAllOfIt()
    {
        Query query = Read<Query>("js1.query_index2.query");
        Assert.That(query.IndexName, Is.EqualTo("gsi1"));
        Assert.That(
            query.KeyCondition.Conditions,
            Is.EqualTo(new[] { new KeyCondition("gk", KeyOperator.Equal, AttributeValue.FromString("g"), null) }));
        Assert.That(
            AttributeValue.FromMap(query.ExclusiveStartKey!.Value.Value!).ToString(), Is.EqualTo("{M:{pk={S:p}, sk={S:a}, gk={S:g}}}"));
        Query page = Read<Query>("js1.query_page2.query");
        Assert.That(page.ScanIndexForward, Is.False);
        Assert.That(page.Limit, Is.EqualTo(2));
        Assert.That(AttributeValue.FromMap(page.ExclusiveStartKey!.Value.Value!).ToString(), Is.EqualTo("{M:{pk={S:p}, sk={S:b}}}"));
        Assert.That(Read<Query>("js1.query_count.query").Select, Is.EqualTo(Select.COUNT));
    }

    [Test]
    public void Scan_OfASegment_HasAllOfIt()
    {
        Scan scan = Read<Scan>("js1.scan_segments.scan");
        Assert.That(
            (scan.Segment, scan.TotalSegments, scan.ConsistentRead),
            Is.EqualTo(((int?)1, (int?)4, true)).Or.EqualTo(((int?)0, (int?)4, true)));
        Assert.That(scan.Filter, Is.Not.Null);
        Assert.That(scan.ReturnConsumedCapacity, Is.EqualTo(ReturnConsumedCapacity.INDEXES));
    }

    [Test]
    public void TransactWriteItems_SentAgain_HasTheSameDigestAndWithOtherPartsAnother()
    {
        DaxVector request = Request("go1.transactWriteItems.1");
        TransactWriteItems transaction = Read<TransactWriteItems>("go1.transactWriteItems.1");
        Assert.That(transaction.Actions.Select(action => action!.Name), Is.EqualTo(new[] { "PutItem", "UpdateItem" }));
        Assert.That(transaction.ClientRequestToken, Is.Not.Empty);
        Assert.That(Read<TransactWriteItems>("go1.transactWriteItems.1").ComputeDigest(), Is.EqualTo(transaction.ComputeDigest()));
        byte[] changed = [.. request.Bytes];
        int at = changed.AsSpan().IndexOf(Convert.FromHexString("43096141"));
        changed[at + 3] = (byte)'B';
        Assert.That(
            ((TransactWriteItems)Read(request.Method, changed, "go1")).ComputeDigest(), Is.Not.EqualTo(transaction.ComputeDigest()));
    }

    [Test]
    public void Condition_ThatOneClientWritesTwice_IsTheLast()
    {
        // First the text, as it is, then the tree.
        byte[] condition = [0x04, 0x64, .. "junk"u8, 0x04, 0x4a, .. Convert.FromHexString("8301820b821262706b80")];
        PutItem put = (PutItem)Read(DaxMethod.PutItem, Put([0xbf, .. condition, 0xff]), "js1");
        Assert.That(put.Condition!.Root, Is.EqualTo(new ConditionNode.Exists(new DocumentPath("pk"))));
        put = (PutItem)Read(DaxMethod.PutItem, Put([0xbf, .. condition, 0x18, 0x63, 0xa1, 0x61, 0x61, 0x80, 0xff]), "js1");
        Assert.That(put.Condition, Is.Not.Null, "an option that is not known says nothing");
    }

    [Test]
    public void Values_OfAnUnknownList_AreRefused()
    {
        byte[] put = [.. Convert.FromHexString("013a7d8e7e56"), 0x45, .. "hashS"u8, 0x42, .. "k1"u8, 0x44, 0x19, 0x27, 0x10, 0x01, 0xf6];
        Assert.That(Refuse(DaxMethod.PutItem, put), Does.Contain(DaxFaults.UnknownAttributeList.Message));
    }

    [TestCase("4202" + "01", TestName = "Fewer values than names")]
    [TestCase("4402" + "010203", TestName = "More values than names")]
    [TestCase("40", TestName = "No list at all")]
    public void Values_ThatAreNotThoseOfTheirList_AreRefused(string values)
    {
        byte[] put =
            [.. Convert.FromHexString("013a7d8e7e56"), 0x45, .. "hashS"u8, 0x42, .. "k1"u8, .. Convert.FromHexString(values), 0xf6];
        Assert.That(Refuse(DaxMethod.PutItem, put), Is.EqualTo(DaxFaults.NotDecodable.Message));
    }

    [TestCase("hashN", "61", TestName = "A string for a number")]
    [TestCase("hashN", "0101", TestName = "Bytes behind the key")]
    [TestCase("rangeS", "01", TestName = "A number for a string")]
    [TestCase("rangeN", "617000", TestName = "No number of a sort key")]
    public void Key_OfAnotherTable_IsRefusedInDynamoDbsWords(string table, string key)
    {
        byte[] bytes = Convert.FromHexString(key);
        byte[] get =
            [.. Convert.FromHexString("011a0fb0cc6a"), (byte)(0x40
                + table.Length), .. System.Text.Encoding.UTF8.GetBytes(table), (byte)(0x40 + bytes.Length), .. bytes, 0xf6];
        Assert.That(Refuse(DaxMethod.GetItem, get), Does.EndWith("The provided key element does not match the schema"));
    }

    [Test]
    public void Parts_BeyondAnyBatch_AreRefusedBeforeTheyAreRead()
    {
        const int Many = 100_000;
        byte[] head = [.. Convert.FromHexString("013a29985cdb"), 0xa1, 0x65, .. "hashS"u8, 0x83, 0xf4, 0xf6, 0x9a, 0x00, 0x01, 0x86, 0xa0];
        byte[] batch = [.. head, .. Enumerable.Repeat<byte[]>([0x41, 0x61], Many).SelectMany(key => key), 0xf6];
        long before = GC.GetAllocatedBytesForCurrentThread();
        string? text = Refuse(DaxMethod.BatchGetItem, batch);
        Assert.That(text, Does.Contain("Too many items requested for the BatchGetItem call"));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(1_000_000));
    }

    [TestCase(0, 1, false, Select.ALL_ATTRIBUTES, TestName = "Of a table")]
    [TestCase(1, 1, false, Select.Default, TestName = "Of a table, with a projection")]
    [TestCase(0, 1, true, Select.ALL_ATTRIBUTES, TestName = "Of a global index that holds all")]
    public void Select_OfAllWhereNothingWasAsked_IsTakenForNothingOnlyWhereItWouldBeRefused(
        int hasProjection, int select, bool hasIndex, Select expected)
    {
        List<byte> options = [0xbf, 0x0f, (byte)select];
        options.AddRange(hasProjection == 1 ? [0x00, 0x48, .. Convert.FromHexString("8201818212626131")] : []);
        options.AddRange(hasIndex ? [0x0b, 0x44, .. "gsi1"u8] : []);
        options.Add(0xff);
        byte[] scan = [.. Convert.FromHexString("013a6fc8309b"), 0x46, .. "rangeS"u8, .. options];
        Assert.That(((Scan)Read(DaxMethod.Scan, scan, "js1")).Select, Is.EqualTo(expected));
    }

    [Test]
    public void Limit_BelowOne_IsRefusedInDynamoDbsWords()
    {
        byte[] scan = [.. Convert.FromHexString("013a6fc8309b"), 0x46, .. "rangeS"u8, 0xbf, 0x0d, 0x00, 0xff];
        Assert.That(Refuse(DaxMethod.Scan, scan), Is.EqualTo(
            "1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1"));
    }

    private static byte[] Put(byte[] options) =>
        [.. Convert.FromHexString("013a7d8e7e56"), 0x45, .. "hashS"u8, 0x42, .. "k1"u8, 0x41, 0x01, .. options];

    private static DaxVector Request(string name) => DaxVectors.All.Single(vector => vector.Name == name + ".request");

    private static T Read<T>(string name)
        where T : Operation
    {
        DaxVector request = Request(name);
        return (T)Read(request.Method, request.Bytes, request.Session);
    }

    private static Operation Read(DaxMethod method, byte[] bytes, string session)
    {
        DynamoError? error = DaxRequest.TryRead(
            method, bytes, DaxVectors.Tables, DaxVectors.ListsOf(session), ValidationProfile.October2026, out Operation? operation);
        Assert.That(error?.Message, Is.Null);
        return operation!;
    }

    private static string? Refuse(DaxMethod method, byte[] bytes)
    {
        DynamoError? error = DaxRequest.TryRead(
            method, bytes, DaxVectors.Tables, DaxVectors.ListsOf("js1"), ValidationProfile.October2026, out Operation? operation);
        Assert.That(operation, Is.Null);
        return error!.Message;
    }
}
