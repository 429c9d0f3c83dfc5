using System.Text.Json.Nodes;
using NUnit.Framework;

namespace DaxProxy.Conformance.Dax;

/// <summary>Requests of every method with one argument after another replaced by what no client sends there.</summary>
internal sealed class DaxBadInputTests : DaxFixture
{
    private static readonly byte[] NoOptions = [0xbf, 0xff];
    private static readonly byte[] TableName = DaxTalk.Items(cbor => cbor.WriteByteString("things"u8));
    private static readonly byte[] Key = DaxTalk.Items(cbor => cbor.WriteByteString("bad"u8));
    private static readonly byte[] NoValues = [0x41, 0x01];

    private static readonly Dictionary<string, (int Id, int Payload, byte[][] Arguments)> Methods = new()
    {
        ["GetItem"] = (DaxTalk.GetItem, 1, [TableName, Key, NoOptions]),
        ["PutItem"] = (DaxTalk.PutItem, 1, [TableName, Key, NoValues, NoOptions]),
        ["UpdateItem"] = (DaxTalk.UpdateItem, 1, [TableName, Key, NoOptions]),
        ["DeleteItem"] = (DaxTalk.DeleteItem, 1, [TableName, Key, NoOptions]),
        ["Query"] = (DaxTalk.Query, 1, [TableName, Bytes("4f 8301 8300 821262706b 821100 816170"), NoOptions]),
        ["Scan"] = (DaxTalk.Scan, 1, [TableName, NoOptions]),
        ["BatchGetItem"] = (DaxTalk.BatchGetItem, 2, [[0xa1, 0x66, .. "things"u8, 0x83, 0xf4, 0xf6, 0x81, .. Key], NoOptions]),
        ["BatchWriteItem"] = (DaxTalk.BatchWriteItem, 3, [[0xa1, 0x66, .. "things"u8, 0x82, .. Key, .. NoValues], NoOptions]),
        ["TransactGetItems"] = (DaxTalk.TransactGetItems, 1, [[0x81, .. TableName], [0x81, .. Key], [0x81, 0xf6], NoOptions]),
        ["TransactWriteItems"] = (DaxTalk.TransactWriteItems, 1,
            [[0x81, 0x02], [0x81, .. TableName], [0x81, .. Key], [0x81, .. NoValues], [0xf6], [0x81, 0x01], [0x81, 0xf6], [0x81, 0xf6],
                NoOptions]),
        ["DefineKeySchema"] = (DaxTalk.DefineKeySchema, 1, [TableName]),
        ["DefineAttributeListId"] = (DaxTalk.DefineAttributeListId, 1, [[0x81, 0x61, 0x61]]),
        ["DefineAttributeList"] = (DaxTalk.DefineAttributeList, 1, [[0x01]]),
    };

    private static readonly byte[][] Junk =
    [
        [0xf6], [0xf5], [0x00], [0x01], [0x20], Bytes("1bffffffffffffffff"), Bytes("3bffffffffffffffff"), [0x60], Bytes("62c328"), [0x40],
        Bytes("43ffffff"),
        [0x80], [0xa0], Bytes("9fff"), Bytes("bfff"), [.. Enumerable.Repeat((byte)0x81, 60), 0x00], Bytes("fb7ff8000000000000"),
        Bytes("c24101"), Bytes("d90cf980"),
        Bytes("bf0041ff0100ff"), Bytes("bf0020041bffffffffffffffff0f18630d20ff"), Bytes("bf0941ff0b4000ff"), Bytes("a16001"),
        Bytes("a1617880"), Bytes("a1667468696e677380"),
        DaxTalk.Items(cbor => cbor.WriteByteString([.. Enumerable.Repeat((byte)0x81, 5000), 0x00])),
        DaxTalk.Items(cbor => cbor.WriteTextString(new string('n', 100_000))),
        DaxTalk.Items(cbor => cbor.WriteByteString(new byte[100_000])),
        DaxTalk.Items(cbor => cbor.WriteTexts([.. Enumerable.Range(0, 5000).Select(number => $"{number}")])),
    ];

    private static IEnumerable<string> Names => Methods.Keys;

    [TestCaseSource(nameof(Names))]
    public async Task AnyArgument_ReplacedByAnything_IsAnswered_AndTheConnectionGoesOn(string method)
    {
        (int id, int payload, byte[][] arguments) = Methods[method];
        using DaxTalk talk = await DaxTalk.ConnectAsync(Dax);
        for (int position = 0; position < arguments.Length; position++)
        {
            foreach (byte[] junk in Junk)
            {
                byte[] request =
                    [.. DaxTalk.Request(id, _ => { }), .. arguments[..position]
                        .SelectMany(each => each), .. junk, .. arguments[(position + 1)..].SelectMany(each => each)];
                string what = $"argument {position} = {Convert.ToHexString(junk.AsSpan(0, Math.Min(junk.Length, 20)))}";
                await talk.SendAsync(request);
                try
                {
                    await talk.ReceiveAsync(payload);
                }
                catch (DaxRefusal refusal)
                {
                    Assert.That(refusal.Name, Is.Not.EqualTo("InternalServerError"), what);
                }

                await talk.SendAsync(GetItem("nothing here"));
                Assert.That(ValuesOf(await talk.ReceiveAsync(1)), Is.Null, what);
            }
        }
    }

    [Test]
    public async Task AttributeLists_ThatNoItemCanHave_AreRefused()
    {
        using DaxTalk talk = await DaxTalk.ConnectAsync(Dax);
        string half = new('n', 210 * 1024);
        foreach (string[] names in (string[][])[["a", "a"], [""], [half, half + "2"]])
        {
            DaxRefusal? refusal = await Assert.ThrowsAsync<DaxRefusal>(() => DefineAsync(talk, names));
            Assert.That(refusal!.Name, Is.EqualTo("ValidationException"));
        }

        Assert.That(await DefineAsync(talk, half), Is.GreaterThan(1));
    }

    [Test]
    public async Task Statistics_CountEachRequestOnce()
    {
        using DaxTalk talk = await DaxTalk.ConnectAsync(Dax);
        long before = await CountAsync("GetItem"), described = await CountAsync("DescribeTable");
        await talk.SendAsync(GetItem("counted"));
        await talk.ReceiveAsync(1);
        await talk.SendAsync(GetItem("counted"));
        await talk.ReceiveAsync(1);
        await talk.SendAsync(DaxTalk.Request(DaxTalk.GetItem, cbor =>
        {
            cbor.WriteByteString("no-such-table"u8);
            cbor.WriteByteString("x"u8);
            WriteNoOptions(cbor);
        }));
        await Assert.ThrowsAsync<DaxRefusal>(() => talk.ReceiveAsync(1));

        Assert.That((await CountAsync("GetItem") - before, await CountAsync("DescribeTable") - described), Is.EqualTo((3, 0)));
    }

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

    private async Task<long> CountAsync(string operation)
    {
        using HttpClient client = new();
        JsonNode figures = JsonNode.Parse(await client.GetStringAsync(new Uri($"http://{Host.AdminEndPoint}/api/stats")))!;
        return (long?)figures["operations"]![operation]?["count"] ?? 0;
    }
}
