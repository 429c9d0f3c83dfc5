using System.Buffers;
using System.Formats.Cbor;
using System.Text;
using Amazon.DynamoDBv2;
using DaxProxy.Backends;
using DaxProxy.Conformance.Security;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Wire.Dax;
using DaxProxy.Core.Wire.Dax.Cbor;
using DaxProxy.Engine.AttributeLists;
using DaxProxy.Hosting;
using DaxProxy.Options;
using NUnit.Framework;

namespace DaxProxy.Conformance.Dax;

/// <summary>
/// A node that meets the number of an attribute list which it did not give, and peers that say what it means, or something else.
/// </summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class DaxPeerTests : IAsyncDisposable
{
    private const int Unknown = 987_654;

    private static readonly string[] Names = ["a", "b"];
    private static readonly int NumberOfNames = NumberOf(Names);

    private readonly ScriptedPeer first = new(), second = new();
    private readonly RecordingLoggers loggers = new();

    // Held here: what waits for something that nothing holds is collected, and its connection with it.
    private readonly TaskCompletionSource<byte[]> never = new();
    private BackendStack stack = null!;
    private DaxProxyHost host = null!;
    private DaxTalk talk = null!;

    [SetUp]
    public async Task StartAsync()
    {
        ProxyOptions options = new()
        {
            Listen = new ListenOptions { Port = 0, AdminPort = 0 },
            Dax = new DaxOptions { Port = 0, Peers = $"{first.EndPoint}, {second.EndPoint}" },
            Backend = new BackendOptions { InMemory = true },
        };
        stack = BackendStack.Create(options, TimeProvider.System);
        host = await DaxProxyHost.StartAsync(options, stack, loggers, TimeProvider.System);
        talk = await DaxTalk.ConnectAsync(host.DaxEndPoint!);
    }

    public async ValueTask DisposeAsync()
    {
        talk.Dispose();
        await host.DisposeAsync();
        stack.Dispose();
        first.Dispose();
        second.Dispose();
        loggers.Dispose();
    }

    [Test]
    public async Task AListThatAPeerKnows_IsKnown_AndAskedForOnce()
    {
        second.Answer = _ => Task.FromResult(ScriptedPeer.Names(Names));

        Assert.That(await NamesOfAsync(talk, NumberOfNames), Is.EqualTo(Names));
        Assert.That(await NamesOfAsync(talk, NumberOfNames), Is.EqualTo(Names));
        Assert.That(second.Asked, Is.EqualTo(new[] { NumberOfNames }));
        Assert.That(second.UserAgents, Is.EqualTo(new[] { PeerCalls.UserAgent }));
    }

    [Test]
    public async Task AListThatNoNodeKnows_IsRefusedAsEver()
    {
        Assert.That(await FaultAsync(Unknown), Is.EqualTo("ValidationException: The attribute list is not known"));
        Assert.That((first.Asked, second.Asked), Is.EqualTo((new[] { Unknown }, new[] { Unknown })));
        Assert.That(Warnings, Is.Empty);
    }

    [Test]
    public async Task ANodeThatAsks_IsToldWhatThisOneKnows_AndNoOtherNodeIsAsked()
    {
        first.Answer = _ => Task.FromResult(ScriptedPeer.Names(Names));
        int own = (await talk.CallAsync(DaxTalk.DefineAttributeListId, cbor => cbor.WriteTexts("own"))).ReadInt32();
        ArrayBufferWriter<byte> preamble = new();
        PeerCalls.WritePreamble(preamble);
        using DaxTalk node = await DaxTalk.ConnectAsync(host.DaxEndPoint!, preamble.WrittenSpan.ToArray());

        Assert.That(await NamesOfAsync(node, own), Is.EqualTo(new[] { "own" }));
        await Assert.ThrowsAsync<DaxRefusal>(() => NamesOfAsync(node, NumberOfNames));
        Assert.That((first.Asked, second.Asked), Is.EqualTo((Array.Empty<int>(), Array.Empty<int>())));
        Assert.That(await NamesOfAsync(talk, NumberOfNames), Is.EqualTo(Names), "what a client is not refused");
    }

    [Test]
    public async Task ARequestWithManyListsThatNoNodeKnows_IsRefusedForTheFirst()
    {
        first.Answer = _ => Never;
        using AmazonDynamoDBClient sdk = SdkClient.For(new Uri($"http://{host.DataEndPoint}"));
        await sdk.CreateTableAsync(new TableShape("k:S").Request("Tab"));

        DaxRefusal? refusal = await Assert.ThrowsAsync<DaxRefusal>(() => talk.CallAsync(DaxTalk.BatchWriteItem, cbor =>
        {
            cbor.WriteStartMap(1);
            cbor.WriteTextString("Tab");
            cbor.WriteStartArray(2 * 25);
            for (int item = 0; item < 25; item++)
            {
                cbor.WriteByteString(Encoding.UTF8.GetBytes($"k{item}"));
                cbor.WriteByteString(DaxTalk.Items(values => values.WriteInt32(Unknown + item)));
            }

            cbor.WriteEndArray();
            cbor.WriteEndMap();
            cbor.WriteNull();
        }));

        Assert.That(refusal!.Message, Does.EndWith("The attribute list is not known"));
        Assert.That(first.Asked, Is.EqualTo(new[] { Unknown }));
    }

    [Test]
    public async Task APeerThatHangs_KeepsNoCallerFromBeingToldWhatTheOtherKnows()
    {
        first.Answer = _ => Never;
        second.Answer = _ => Task.FromResult(ScriptedPeer.Names(Names));

        Assert.That(await NamesOfAsync(talk, NumberOfNames), Is.EqualTo(Names));
        Assert.That(Warnings, Is.Empty, "it had no time to answer");
        Assert.That(await FaultAsync(Unknown), Does.EndWith("not known"));
        Assert.That(Warnings.Single(), Does.Contain($"{first.EndPoint}").And.Contains("No answer in time"));
    }

    [Test]
    public async Task APeerThatIsGone_IsToldOfOnce_UntilItIsBack()
    {
        first.Answer = _ => throw new IOException("gone");

        Assert.That(await FaultAsync(Unknown), Does.EndWith("not known"));
        Assert.That(await FaultAsync(Unknown + 1), Does.EndWith("not known"));
        first.Answer = _ => Task.FromResult(ScriptedPeer.Names(Names));
        Assert.That(await NamesOfAsync(talk, NumberOfNames), Is.EqualTo(Names));

        Assert.That(Warnings, Has.Length.EqualTo(2));
        Assert.That(Warnings[0], Does.Contain($"The node {first.EndPoint} cannot be asked"));
        Assert.That(Warnings[1], Does.Contain($"The node {first.EndPoint} says again"));
    }

    [Test]
    public async Task APeerThatListensNoMore_IsOneThatDoesNotKnow()
    {
        first.Dispose();
        second.Answer = id => Task.FromResult(
            id == Unknown ? ScriptedPeer.Refusal(DaxFaults.UnknownAttributeList) : ScriptedPeer.Names(Names));

        Assert.That(await FaultAsync(Unknown), Does.EndWith("not known"));
        Assert.That(await NamesOfAsync(talk, NumberOfNames), Is.EqualTo(Names));
    }

    [Test]
    public async Task APeerThatSaysSomethingElse_IsNotBelieved()
    {
        byte[] endless = [0x80, 0x9f, .. Enumerable.Repeat(new byte[] { 0x62, 0x61, 0x61 }, 500_000).SelectMany(name => name)];
        byte[][] answers =
        [
            ScriptedPeer.Names("b", "a"),
            ScriptedPeer.Names("a", "b", "c"),
            [0x80, 0x80],
            [0x80, 0x82, 0x61, 0x61],
            "HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray(),
            endless,
        ];
        int question = 0;
        first.Answer = _ => Task.FromResult(answers[question]);
        second.Answer = first.Answer;
        foreach (string expected in answers.Select(_ => "ValidationException: The attribute list is not known"))
        {
            Assert.That(await FaultAsync(NumberOfNames + question), Is.EqualTo(expected), $"answer {question}");
            question++;
        }
    }

    [Test]
    public async Task ANumberThatIsGivenHereMeanwhile_IsNotWhatAPeerSays()
    {
        (string near, string taken) = TwoNeighbours();
        int id = NumberOf(taken);
        TaskCompletionSource<byte[]> held = new();
        first.Answer = _ => held.Task;
        using DaxTalk other = await DaxTalk.ConnectAsync(host.DaxEndPoint!);
        Task<string> fault = FaultAsync(id);
        while (first.Asked.Length == 0)
        {
            await Task.Yield();
        }

        int given = (await other.CallAsync(DaxTalk.DefineAttributeListId, cbor => cbor.WriteTexts(taken))).ReadInt32();
        held.SetResult(ScriptedPeer.Names(near));

        Assert.That(given, Is.EqualTo(id));
        Assert.That(await fault, Does.EndWith("not known"));
        Assert.That(await NamesOfAsync(talk, id), Is.EqualTo(new[] { taken }));
    }

    private Task<byte[]> Never => never.Task;

    private string[] Warnings => [.. loggers.Lines.Where(line => line.StartsWith("The node ", StringComparison.Ordinal))];

    /// <summary>What a list is numbered where nothing stands in the way.</summary>
    private static int NumberOf(params string[] names)
    {
        using AttributeListStore store = AttributeListStore.Open(null);
        return store.IdOfAsync(new AttributeNames(names), default).AsTask().GetAwaiter().GetResult();
    }

    /// <summary>Two lists of one name, whose numbers are near: the second's might be the first's, if some were taken.</summary>
    private static (string Low, string High) TwoNeighbours()
    {
        using AttributeListStore store = AttributeListStore.Open(null);
        (int Id, string Name)[] lists =
        [
            .. Enumerable.Range(0, 50_000).Select(list => $"n{list}")
                .Select(name => (store.IdOfAsync(new AttributeNames([name]), default).AsTask().GetAwaiter().GetResult(), name)).Order(),
        ];
        int at = Enumerable.Range(1, lists.Length - 1).First(index => lists[index].Id - lists[index - 1].Id is > 0 and <= 16);
        return (lists[at - 1].Name, lists[at].Name);
    }

    private static async Task<string[]> NamesOfAsync(DaxTalk talk, int id)
    {
        CborReader answer = await talk.CallAsync(DaxTalk.DefineAttributeList, cbor => cbor.WriteInt32(id));
        return [.. Enumerable.Range(0, answer.ReadStartArray()!.Value).Select(_ => answer.ReadTextString())];
    }

    private async Task<string> FaultAsync(int id) => (await Assert.ThrowsAsync<DaxRefusal>(() => NamesOfAsync(talk, id)))!.Message;
}
