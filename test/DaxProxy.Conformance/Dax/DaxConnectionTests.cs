using System.Formats.Cbor;
using System.Net.Sockets;
using NUnit.Framework;

namespace DaxProxy.Conformance.Dax;

/// <summary>What a connection may rely on, whatever is asked over it.</summary>
internal sealed class DaxConnectionTests : DaxFixture
{
    private static readonly TimeSpan LongEnough = TimeSpan.FromSeconds(20);

    [Test]
    public async Task Connection_PreambleOnly_IsClosedQuietlyWhenTheClientLeaves()
    {
        using DaxTalk talk = await DaxTalk.ConnectAsync(Dax);

        talk.Socket.Shutdown(SocketShutdown.Send);

        Assert.That(await ReadToEndAsync(talk), Is.Empty);
    }

    [TestCase("GET / HTTP/1.1\r\nHost: x\r\n\r\n")]
    [TestCase("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n")]
    [TestCase("OPTIONS / HTTP/1.1\r\nHost: x\r\n\r\n")]
    [TestCase("PUT / HTTP/1.1\r\n")]
    [TestCase("HEAD / HTTP/1.1\r\n")]
    [TestCase("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")]
    public async Task Connection_OtherProtocol_IsClosedWithoutAnAnswer(string head)
    {
        using DaxTalk talk = await DaxTalk.ConnectAsync(Dax);
        int list = await DefineAsync(talk, "a", "b");
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(Dax);

        // A page that a browser shows can choose what comes behind the head.
        await socket.SendAsync((byte[])[.. Utf8(head), .. DaxTalk.Preamble, .. PutItem("page", list, "1", "2")]);

        Assert.That(await socket.ReceiveAsync(new byte[10]).WaitAsync(LongEnough), Is.Zero);
        await talk.SendAsync(GetItem("page"));
        Assert.That(ValuesOf(await talk.ReceiveAsync(1)), Is.Null);
    }

    [Test]
    public async Task Requests_ByteByByte_AreAnswered()
    {
        using DaxTalk talk = await DaxTalk.ConnectAsync(Dax);
        foreach (byte part in GetItem("nothing"))
        {
            await talk.SendAsync(new[] { part });
        }

        Assert.That(ValuesOf(await talk.ReceiveAsync(1)), Is.Null);
    }

    [Test]
    public async Task Requests_SentTogether_AreAnsweredInTheirOrder()
    {
        using DaxTalk talk = await DaxTalk.ConnectAsync(Dax);
        int list = await DefineAsync(talk, "a", "b");
        byte[] together =
        [
            .. PutItem("k1", list, "first", "1"), .. PutItem("k2", list, "second", "2"), .. GetItem("k1"), .. GetItem("k2"),
            .. GetItem("k3"),
        ];

        await talk.SendAsync(together);

        // Five answers: 80 A0, 80 A0, an item, an item, 80 A0.
        byte[] bytes = await ReceiveAtLeastAsync(talk, reader => reader.SkipItems(10));
        CborReader answers = DaxTalk.Read(bytes);
        answers.SkipItems(5);
        Assert.That(ValuesOf(answers), Is.EqualTo(["first", "1"]));
        answers.ReadEndMap();
        answers.SkipItems(1);
        Assert.That(ValuesOf(answers), Is.EqualTo(["second", "2"]));
    }

    [Test]
    public async Task Authorization_HasNoAnswer_AndTheNextRequestHas()
    {
        using DaxTalk talk = await DaxTalk.ConnectAsync(Dax);
        byte[] authorization = DaxTalk.Request(1489122155, cbor =>
        {
            cbor.WriteTextString("AKIDEXAMPLE");
            cbor.WriteTextString(new string('0', 64));
            cbor.WriteByteString(Utf8("AWS4-HMAC-SHA256\n20260101T000000Z\n20260101/us-east-1/dax/aws4_request\n0"));
            cbor.WriteNull();
            cbor.WriteNull();
        });

        await talk.SendAsync(authorization);
        await talk.SendAsync(GetItem("nothing"));

        Assert.That(ValuesOf(await talk.ReceiveAsync(1)), Is.Null);
    }

    [Test]
    public async Task Endpoints_WithoutOptions_NameTheAddressThatTheClientCameIn()
    {
        using DaxTalk talk = await DaxTalk.ConnectAsync(Dax);

        CborReader answer = await talk.CallAsync(DaxTalk.Endpoints, _ => { });

        Assert.That(answer.ReadStartArray(), Is.EqualTo(1));
        Dictionary<int, object> node = [];
        answer.ReadStartMap();
        while (answer.PeekState() != CborReaderState.EndMap)
        {
            int key = answer.ReadInt32();
            node[key] = answer.PeekState() switch
            {
                CborReaderState.ByteString => answer.ReadByteString(),
                CborReaderState.TextString => answer.ReadTextString(),
                _ => answer.ReadInt64(),
            };
        }

        Assert.That(node.Keys, Is.EquivalentTo([0, 2, 3, 4, 5, 6]));
        Assert.That(node[2], Is.EqualTo(new byte[] { 127, 0, 0, 1 }));
        Assert.That(node[3], Is.EqualTo(Dax.Port));
        Assert.That(node[4], Is.EqualTo(1));
    }

    [Test]
    public async Task DefineKeySchema_OfATable_NamesItsKey()
    {
        using DaxTalk talk = await DaxTalk.ConnectAsync(Dax);

        CborReader answer = await talk.CallAsync(DaxTalk.DefineKeySchema, cbor => cbor.WriteByteString(Utf8(Table)));

        Assert.That((answer.ReadStartMap(), answer.ReadTextString(), answer.ReadTextString()), Is.EqualTo((1, "pk", "S")));
    }

    [Test]
    public async Task DefineKeySchema_OfNoTable_IsRefusedAndTheConnectionGoesOn()
    {
        using DaxTalk talk = await DaxTalk.ConnectAsync(Dax);

        DaxRefusal? refusal = await Assert.ThrowsAsync<DaxRefusal>(
            () => talk.CallAsync(DaxTalk.DefineKeySchema, cbor => cbor.WriteByteString(Utf8("no-such-table"))));

        Assert.That(refusal!.Codes, Is.EqualTo([4, 37, 38, 39, 41]));
        Assert.That(refusal.Name, Is.EqualTo("ResourceNotFoundException"));
        await talk.SendAsync(GetItem("nothing"));
        Assert.That(ValuesOf(await talk.ReceiveAsync(1)), Is.Null);
    }

    [Test]
    public async Task AttributeLists_ByName_AndByNumber_AreTheSame()
    {
        using DaxTalk talk = await DaxTalk.ConnectAsync(Dax), other = await DaxTalk.ConnectAsync(Dax);
        int id = await DefineAsync(talk, "x", "y");

        CborReader answer = await other.CallAsync(DaxTalk.DefineAttributeList, cbor => cbor.WriteInt32(id));

        Assert.That((answer.ReadStartArray(), answer.ReadTextString(), answer.ReadTextString()), Is.EqualTo((2, "x", "y")));
        Assert.That(await DefineAsync(other, "x", "y"), Is.EqualTo(id));
        Assert.That(await DefineAsync(other, "y", "x"), Is.Not.EqualTo(id));
    }

    [Test]
    public async Task AttributeLists_ThatWereNeverDefined_AreRefusedWhereverTheyStand()
    {
        using DaxTalk talk = await DaxTalk.ConnectAsync(Dax);

        DaxRefusal? asked = await Assert.ThrowsAsync<DaxRefusal>(
            () => talk.CallAsync(DaxTalk.DefineAttributeList, cbor => cbor.WriteInt32(987_654)));
        await talk.SendAsync(PutItem("unknown-list", 987_654, "x"));
        DaxRefusal? used = await Assert.ThrowsAsync<DaxRefusal>(() => talk.ReceiveAsync(1));

        Assert.That((asked!.Name, used!.Name), Is.EqualTo(("ValidationException", "ValidationException")));
        await talk.SendAsync(GetItem("unknown-list"));
        Assert.That(ValuesOf(await talk.ReceiveAsync(1)), Is.Null);
    }

    [Test]
    public async Task Request_OfAnUnknownMethod_IsRefusedAndTheConnectionClosed()
    {
        using DaxTalk talk = await DaxTalk.ConnectAsync(Dax);
        await talk.SendAsync(DaxTalk.Request(-819330193, cbor => cbor.WriteTextString("describeTable")));

        DaxRefusal? refusal = await Assert.ThrowsAsync<DaxRefusal>(() => talk.ReceiveAsync(1));

        Assert.That(refusal!.Codes, Is.EqualTo([4, 37, 38, 44]));
        Assert.That(await ReadToEndAsync(talk), Is.Empty);
    }

    [Test]
    public async Task Request_BeyondTheLimit_IsRefusedBeforeItHasArrived()
    {
        using DaxTalk talk = await DaxTalk.ConnectAsync(Dax);

        // The head of a value of 64 MB, and none of it.
        await talk.SendAsync(DaxTalk.Request(DaxTalk.PutItem, cbor => cbor.WriteByteString(Utf8(Table))));
        await talk.SendAsync(new byte[] { 0x5a, 0x04, 0, 0, 0 });

        DaxRefusal? refusal = await Assert.ThrowsAsync<DaxRefusal>(() => talk.ReceiveAsync(1));

        Assert.That(refusal!.Name, Is.EqualTo("ValidationException"));
    }

    [Test]
    public async Task Connection_Idle_IsNeverClosed_WhileAHalfRequestIs()
    {
        using DaxTalk idle = await DaxTalk.ConnectAsync(Dax), half = await DaxTalk.ConnectAsync(Dax);
        await idle.SendAsync(GetItem("nothing"));
        await idle.ReceiveAsync(1);
        await half.SendAsync(GetItem("nothing").AsMemory(0, 9));

        // The half request has its time; the idle connection outlives it and then some.
        Assert.That(await ReadToEndAsync(half), Is.Empty);
        Assert.That(idle.Socket.Poll(TimeSpan.FromSeconds(1), SelectMode.SelectRead), Is.False, "closed by the server");
        await idle.SendAsync(GetItem("nothing"));
        Assert.That(ValuesOf(await idle.ReceiveAsync(1)), Is.Null);
    }

    [Test]
    public async Task Items_OfOneProtocol_AreReadByTheOtherFromTheSameCache()
    {
        using DaxTalk talk = await DaxTalk.ConnectAsync(Dax);
        int list = await DefineAsync(talk, "by");
        await talk.SendAsync(PutItem("shared", list, "dax"));
        await talk.ReceiveAsync(1);

        WireReply read = await Json.SendAsync("GetItem", "{'TableName':'things','Key':{'pk':{'S':'shared'}}}");
        await Json.SendAsync("PutItem", "{'TableName':'things','Item':{'pk':{'S':'shared'},'by':{'S':'json'}}}");
        await talk.SendAsync(GetItem("shared"));

        Assert.That(read["Item.by"], Is.EqualTo("{'S':'dax'}"));
        Assert.That(read.CacheStatus, Does.Contain("hit"));
        Assert.That(ValuesOf(await talk.ReceiveAsync(1)), Is.EqualTo(["json"]));
    }

    private static async Task<byte[]> ReadToEndAsync(DaxTalk talk)
    {
        using MemoryStream all = new();
        byte[] piece = new byte[1024];
        for (int count; (count = await talk.Socket.ReceiveAsync(piece).WaitAsync(LongEnough)) > 0;)
        {
            all.Write(piece, 0, count);
        }

        return all.ToArray();
    }

    private static async Task<byte[]> ReceiveAtLeastAsync(DaxTalk talk, Action<CborReader> parse)
    {
        using MemoryStream all = new();
        byte[] piece = new byte[1024];
        while (true)
        {
            all.Write(piece, 0, await talk.Socket.ReceiveAsync(piece).WaitAsync(LongEnough));
            try
            {
                parse(DaxTalk.Read(all.ToArray()));
                return all.ToArray();
            }
            catch (Exception incomplete) when (incomplete is CborContentException or InvalidOperationException)
            {
                // More is to come.
            }
        }
    }
}
