using System.Formats.Cbor;
using System.Net;
using System.Text.Json;
using Amazon.DynamoDBv2;
using NUnit.Framework;

namespace DaxProxy.Conformance.Dax;

/// <summary>
/// A client that holds the old key of a table that was deleted and created again with another key. Its requests carry no names and types of
/// key attributes, only the bytes that the old key makes of them.
/// </summary>
internal sealed class DaxNewKeyTests : DaxFixture
{
    private static readonly byte[] Text = "hello"u8.ToArray(), Number = [0x18, 42], Compound = [0x61, (byte)'p', .. "k"u8];
    private static int tables;

    private static readonly Dictionary<string, (int Method, Action<CborWriter, string, byte[], int> Write)> Requests = new()
    {
        ["GetItem"] = (DaxTalk.GetItem, WriteKey),
        ["PutItem"] = (DaxTalk.PutItem, WritePut),
        ["UpdateItem"] = (DaxTalk.UpdateItem, WriteKey),
        ["DeleteItem"] = (DaxTalk.DeleteItem, WriteKey),
        ["BatchGetItem"] = (DaxTalk.BatchGetItem, WriteBatchGet),
        ["BatchWriteItem"] = (DaxTalk.BatchWriteItem, WriteBatchWrite),
        ["TransactGetItems"] = (DaxTalk.TransactGetItems, WriteTransactGet),
        ["TransactWriteItems"] = (DaxTalk.TransactWriteItems, WriteTransactWrite),
    };

    private static IEnumerable<TestCaseData> Refused =>
    [
        new("pk:S", "pk:N", Text),
        new("pk:S", "pk:S sk:S", Text),
        new("pk:S", "pk:B sk:N", Text),
        new("pk:B", "pk:S", new byte[] { 0xff, 0xfe }),
        new("pk:N", "pk:N sk:N", Number),
        new("pk:N", "pk:N sk:S", Number),
        new("pk:N", "pk:S sk:S", Number),
        new("pk:S sk:S", "pk:N", Compound),
        new("pk:S sk:S", "pk:S sk:N", Compound),
        new("pk:S sk:S", "pk:B sk:S", Compound),
    ];

    private static IEnumerable<TestCaseData> Taken =>
    [
        new("pk:S", "id:S", Text),
        new("pk:S", "pk:B", Text),
        new("pk:N", "pk:S", Number),
        new("pk:S sk:S", "pk:S", Compound),
        new("pk:S sk:S", "sk:S pk:S", Compound),
    ];

    [TestCaseSource(nameof(Refused))]
    public async Task AnOldKey_ThatIsNoneOfTheNewTable_IsRefused_AndNothingIsWritten(string before, string after, byte[] key)
    {
        using DaxTalk talk = await DaxTalk.ConnectAsync(Dax);
        int list = await DefineAsync(talk, "v");
        string table = await RecreateAsync(talk, before, after, key, list);

        foreach ((string name, (int method, Action<CborWriter, string, byte[], int> write)) in Requests)
        {
            DaxRefusal? refusal = await Assert.ThrowsAsync<DaxRefusal>(
                () => talk.CallAsync(method, cbor => write(cbor, table, key, list)), name);
            Assert.That(refusal!.Name, Is.EqualTo("ValidationException").Or.EqualTo("TransactionCanceledException"), name);
        }

        Assert.That(await ItemsAsync(table), Is.Empty);
    }

    /// <summary>What cannot be told from a key of the new table: only what was known of the old one must not show.</summary>
    [TestCaseSource(nameof(Taken))]
    public async Task AnOldKey_ThatIsOneOfTheNewTableToo_IsTakenForThat_AndFindsNothingOfTheOldTable(
        string before, string after, byte[] key)
    {
        using DaxTalk talk = await DaxTalk.ConnectAsync(Dax);
        int list = await DefineAsync(talk, "v");
        string table = await RecreateAsync(talk, before, after, key, list);

        Assert.That(await GetAsync(talk, table, key), Is.Null);
        await talk.CallAsync(DaxTalk.PutItem, cbor => WritePut(cbor, table, key, list));
        Assert.That(await GetAsync(talk, table, key), Is.EqualTo(new[] { "old" }));
        Assert.That((await ItemsAsync(table)).Single(), Has.Length.EqualTo(1 + after.Split(' ').Length));
    }

    [Test]
    public async Task AnItem_ThatHoldsTheNewKeyAmongItsValues_IsRefused()
    {
        using DaxTalk talk = await DaxTalk.ConnectAsync(Dax);
        string table = await RecreateAsync(talk, "pk:S", "id:S", Text, await DefineAsync(talk, "v"));
        int list = await DefineAsync(talk, "id");

        DaxRefusal? refusal = await Assert.ThrowsAsync<DaxRefusal>(
            () => talk.CallAsync(DaxTalk.PutItem, cbor => WritePut(cbor, table, Text, list)));

        Assert.That(refusal!.Name, Is.EqualTo("ValidationException"));
        Assert.That(await ItemsAsync(table), Is.Empty);
    }

    [Test]
    public async Task TheNewKey_IsToldToWhoAsks()
    {
        using DaxTalk talk = await DaxTalk.ConnectAsync(Dax);
        string table = await RecreateAsync(talk, "pk:S", "id:N", Text, await DefineAsync(talk, "v"));

        CborReader answer = await talk.CallAsync(DaxTalk.DefineKeySchema, cbor => cbor.WriteByteString(Utf8(table)));

        Assert.That((answer.ReadStartMap(), answer.ReadTextString(), answer.ReadTextString()), Is.EqualTo((1, "id", "N")));
    }

    /// <summary>A table that was written and read, from the cache too, with its old key before it was created again.</summary>
    private async Task<string> RecreateAsync(DaxTalk talk, string before, string after, byte[] key, int list)
    {
        string table = $"recreated-{Interlocked.Increment(ref tables)}";
        using AmazonDynamoDBClient sdk = SdkClient.For(new Uri($"http://{Host.DataEndPoint}"));
        await sdk.CreateTableAsync(new TableShape(before).Request(table));
        await talk.CallAsync(DaxTalk.PutItem, cbor => WritePut(cbor, table, key, list));
        Assert.That(await GetAsync(talk, table, key), Is.EqualTo(new[] { "old" }));
        Assert.That(await GetAsync(talk, table, key), Is.EqualTo(new[] { "old" }));
        await sdk.DeleteTableAsync(table);
        Assert.That((await sdk.CreateTableAsync(new TableShape(after).Request(table))).HttpStatusCode, Is.EqualTo(HttpStatusCode.OK));
        return table;
    }

    private static async Task<List<string>?> GetAsync(DaxTalk talk, string table, byte[] key) =>
        ValuesOf(await talk.CallAsync(DaxTalk.GetItem, cbor => WriteKey(cbor, table, key, 0)));

    /// <summary>The attribute names of every item.</summary>
    private async Task<string[][]> ItemsAsync(string table)
    {
        using JsonDocument page = JsonDocument.Parse(
            (await Json.SendAsync("Scan", $"{{'TableName':'{table}','ConsistentRead':true}}")).Text);
        return [.. page.RootElement.GetProperty("Items").EnumerateArray()
            .Select(item => item.EnumerateObject().Select(attribute => attribute.Name).ToArray())];
    }

    private static byte[] Values(int list) => DaxTalk.Items(cbor =>
    {
        cbor.WriteInt32(list);
        cbor.WriteTextString("old");
    });

    /// <summary>GetItem, and without anything to do or to ask for UpdateItem and DeleteItem.</summary>
    private static void WriteKey(CborWriter cbor, string table, byte[] key, int list)
    {
        cbor.WriteByteString(Utf8(table));
        cbor.WriteByteString(key);
        cbor.WriteNull();
    }

    private static void WritePut(CborWriter cbor, string table, byte[] key, int list)
    {
        cbor.WriteByteString(Utf8(table));
        cbor.WriteByteString(key);
        cbor.WriteByteString(Values(list));
        cbor.WriteNull();
    }

    private static void WriteBatchGet(CborWriter cbor, string table, byte[] key, int list)
    {
        cbor.WriteStartMap(1);
        cbor.WriteTextString(table);
        WriteArray(cbor, () => cbor.WriteBoolean(false), cbor.WriteNull, () => WriteArray(cbor, () => cbor.WriteByteString(key)));
        cbor.WriteEndMap();
        cbor.WriteNull();
    }

    private static void WriteBatchWrite(CborWriter cbor, string table, byte[] key, int list)
    {
        cbor.WriteStartMap(1);
        cbor.WriteTextString(table);
        WriteArray(cbor, () => cbor.WriteByteString(key), () => cbor.WriteByteString(Values(list)));
        cbor.WriteEndMap();
        cbor.WriteNull();
    }

    private static void WriteTransactGet(CborWriter cbor, string table, byte[] key, int list)
    {
        WriteArray(cbor, () => cbor.WriteByteString(Utf8(table)));
        WriteArray(cbor, () => cbor.WriteByteString(key));
        WriteArray(cbor, cbor.WriteNull);
        cbor.WriteNull();
    }

    private static void WriteTransactWrite(CborWriter cbor, string table, byte[] key, int list)
    {
        const int put = 2, returnsNothing = 1;
        WriteArray(cbor, () => cbor.WriteInt32(put));
        WriteArray(cbor, () => cbor.WriteByteString(Utf8(table)));
        WriteArray(cbor, () => cbor.WriteByteString(key));
        WriteArray(cbor, () => cbor.WriteByteString(Values(list)));
        cbor.WriteNull();
        WriteArray(cbor, () => cbor.WriteInt32(returnsNothing));
        WriteArray(cbor, cbor.WriteNull);
        WriteArray(cbor, cbor.WriteNull);
        cbor.WriteNull();
    }

    private static void WriteArray(CborWriter cbor, params Action[] elements)
    {
        cbor.WriteStartArray(elements.Length);
        Array.ForEach(elements, write => write());
        cbor.WriteEndArray();
    }
}
