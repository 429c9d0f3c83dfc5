using System.Formats.Cbor;
using System.Net.Sockets;
using DaxProxy.Options;
using NUnit.Framework;

namespace DaxProxy.Conformance.Dax;

/// <summary>Large and slow: what a connection may take, and what it may not keep.</summary>
internal sealed class DaxLoadTests : DaxFixture
{
    private const int Large = 390 * 1024;

    protected override ProxyOptions Options => base.Options with
    {
        Listen = base.Options.Listen with { MaxRequestBytes = 16 << 20, HeadersTimeout = TimeSpan.FromSeconds(2) },
    };

    [Test]
    public async Task ABatchAsLargeAsItMayBe_IsWritten_AndItsItemsAreRead()
    {
        using DaxTalk talk = await DaxTalk.ConnectAsync(Dax);
        int list = await DefineAsync(talk, "text");
        string text = new('x', Large);
        CborReader written = await talk.CallAsync(DaxTalk.BatchWriteItem, cbor =>
        {
            cbor.WriteStartMap(1);
            cbor.WriteTextString(Table);
            cbor.WriteStartArray(50);
            for (int number = 0; number < 25; number++)
            {
                cbor.WriteByteString(Utf8($"large-{number}"));
                cbor.WriteByteString(DaxTalk.Items(content =>
                {
                    content.WriteInt32(list);
                    content.WriteTextString(text);
                }));
            }

            cbor.WriteEndArray();
            cbor.WriteEndMap();
            WriteNoOptions(cbor);
        });
        Assert.That(written.ReadStartMap(), Is.Zero, "all were processed");

        // Once from the engine, once from the cache.
        for (int time = 0; time < 2; time++)
        {
            await talk.SendAsync(GetItem("large-24"));
            Assert.That(ValuesOf(await talk.ReceiveAsync(1)), Is.EqualTo([text]));
        }
    }

    [Test]
    public async Task ARequestBeyondTheLimit_SentWhole_IsToldSoBeforeTheConnectionEnds()
    {
        using DaxTalk talk = await DaxTalk.ConnectAsync(Dax);
        byte[] request = PutItem("huge", 1, new string('x', 20 << 20));

        Task sending = talk.SendAsync(request);
        DaxRefusal? refusal = await Assert.ThrowsAsync<DaxRefusal>(() => talk.ReceiveAsync(1));

        Assert.That(refusal!.Name, Is.EqualTo("ValidationException"));
        await sending.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Test]
    public async Task AHalfRequest_ThatGoesOnByteByByte_IsNotWaitedForForEver()
    {
        using DaxTalk talk = await DaxTalk.ConnectAsync(Dax);
        byte[] request = PutItem("slow", 1, new string('x', 1000));
        bool isClosed = false;
        for (int at = 0; at < 150 && !isClosed; at++)
        {
            await talk.SendAsync(request.AsMemory(at, 1));
            isClosed = talk.Socket.Poll(TimeSpan.FromMilliseconds(200), SelectMode.SelectRead);
        }

        Assert.That(isClosed, "closed by the server");
    }

    [Test]
        public async Task AClientThatTakesNoAnswers_IsCutOff_AndHasKeptAFewOfThem()
    {
        using DaxTalk talk = await DaxTalk.ConnectAsync(Dax), other = await DaxTalk.ConnectAsync(Dax);
        int list = await DefineAsync(talk, "text");
        await talk.SendAsync(PutItem("wanted", list, new string('x', Large)));
        await talk.ReceiveAsync(1);
        byte[] requests = [.. Enumerable.Repeat(GetItem("wanted"), 2000).SelectMany(each => each)];
        long before = GC.GetTotalMemory(forceFullCollection: true);

        // 800 MB of answers, and no reader.
        await talk.SendAsync(requests).WaitAsync(TimeSpan.FromSeconds(20));
        await other.SendAsync(GetItem("wanted"));
        await other.ReceiveAsync(1);
        Assert.That(GC.GetTotalMemory(forceFullCollection: true) - before, Is.LessThan(64 << 20));

        // Nothing more is read from it either, until its connection is taken away.
        await Assert.ThrowsAsync<SocketException>(async () =>
        {
            while (true)
            {
                await talk.SendAsync(requests).WaitAsync(TimeSpan.FromSeconds(60));
            }
        });
    }

    [Test]
        public async Task ManyHalfRequests_AreKeptAsTheyCame_AndGoWithTheirConnections()
    {
        const int connections = 100, bytes = 200_000;
        byte[] half = PutItem("half", 1, new string('x', 2 * bytes))[..bytes];
        long before = GC.GetTotalMemory(forceFullCollection: true);
        List<DaxTalk> talks = [];
        for (int i = 0; i < connections; i++)
        {
            talks.Add(await DaxTalk.ConnectAsync(Dax));
            await talks[i].SendAsync(half);
        }

        using DaxTalk other = await DaxTalk.ConnectAsync(Dax);
        await other.SendAsync(GetItem("nothing here"));
        Assert.That(ValuesOf(await other.ReceiveAsync(1)), Is.Null, "others are served");
        Assert.That(GC.GetTotalMemory(forceFullCollection: true) - before, Is.LessThan(4L * connections * bytes));
        talks.ForEach(talk => talk.Dispose());
    }
}
