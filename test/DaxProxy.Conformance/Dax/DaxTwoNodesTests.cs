using System.Buffers;
using System.Formats.Cbor;
using System.Net;
using System.Text;
using DaxProxy.Auth;
using DaxProxy.Conformance.Security;
using DaxProxy.Core.Wire.Dax;
using DaxProxy.Options;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace DaxProxy.Conformance.Dax;

/// <summary>
/// A client that learns the number of an attribute list from one node and uses it at another, which has a folder of its own.
/// </summary>
[Parallelizable(ParallelScope.All)]
public sealed class DaxTwoNodesTests
{
    private const string Table = "Tab";

    [Test]
    public async Task AListOfOneNode_IsGoodForWritesAtTheOther_AndStaysSoWithoutIt()
    {
        await using TwoNodes nodes = await StartAsync();
        using DaxTalk first = await DaxTalk.ConnectAsync(nodes.First), second = await DaxTalk.ConnectAsync(nodes.Second);
        int list = await DefineAsync(first, "v");

        await PutAsync(second, "put", list, "1");
        await second.CallAsync(DaxTalk.BatchWriteItem, cbor =>
        {
            cbor.WriteStartMap(1);
            cbor.WriteTextString(Table);
            cbor.WriteStartArray(2);
            cbor.WriteByteString("batch"u8);
            cbor.WriteByteString(Values(list, "2"));
            cbor.WriteEndArray();
            cbor.WriteEndMap();
            cbor.WriteNull();
        });

        Assert.That(await GetAsync(first, "put"), Is.EqualTo((list, "1")));
        Assert.That(await GetAsync(first, "batch"), Is.EqualTo((list, "2")));
        await nodes.StopAsync(0);
        Assert.That(await NamesOfAsync(second, list), Is.EqualTo(new[] { "v" }));
        await PutAsync(second, "later", list, "3");
        Assert.That(await GetAsync(second, "later"), Is.EqualTo((list, "3")));
    }

    [Test]
    public async Task AnItemReadAtOneNode_HasANumberThatTheOtherTells()
    {
        await using TwoNodes nodes = await StartAsync();
        using Wire json = new(nodes.Backend);
        await json.SendAsync("PutItem", $"{{'TableName':'{Table}','Item':{{'k':{{'S':'a'}},'only':{{'S':'x'}}}}}}");
        using DaxTalk first = await DaxTalk.ConnectAsync(nodes.First), second = await DaxTalk.ConnectAsync(nodes.Second);

        (int list, string value) = await GetAsync(first, "a");

        Assert.That(value, Is.EqualTo("x"));
        Assert.That(await NamesOfAsync(second, list), Is.EqualTo(new[] { "only" }));
    }

    [Test]
    public async Task AListThatNoNodeKnows_IsRefusedByBoth()
    {
        await using TwoNodes nodes = await StartAsync();
        foreach (IPEndPoint node in new[] { nodes.First, nodes.Second })
        {
            using DaxTalk talk = await DaxTalk.ConnectAsync(node);
            Assert.That(
                (await Assert.ThrowsAsync<DaxRefusal>(() => NamesOfAsync(talk, 987_654)))!.Message,
                Does.EndWith("The attribute list is not known"));
            Assert.That(
                (await Assert.ThrowsAsync<DaxRefusal>(() => PutAsync(talk, "a", 987_654, "1")))!.Message,
                Does.EndWith("The attribute list is not known"));
        }
    }

    [Test]
    public async Task ANodeThatHasLostItsFolder_LearnsFromTheOtherWhatItGaveItself()
    {
        await using TwoNodes nodes = await StartAsync();
        using DaxTalk first = await DaxTalk.ConnectAsync(nodes.First);
        int list;
        using (DaxTalk second = await DaxTalk.ConnectAsync(nodes.Second))
        {
            list = await DefineAsync(second, "v");
            await PutAsync(first, "a", list, "1");
        }

        await nodes.StopAsync(1);
        nodes.Forget(1);
        await nodes.StartAsync(1);

        using DaxTalk fresh = await DaxTalk.ConnectAsync(nodes.Second);
        await PutAsync(fresh, "a", list, "2");
        Assert.That(await GetAsync(first, "a"), Is.EqualTo((list, "2")));
    }

    [Test]
    public async Task Nodes_ThatVerifySignatures_ProveToEachOtherWhoTheyAre()
    {
        using CredentialFile keys = new("AKIDEXAMPLE", "of both");
        await using TwoNodes nodes = await StartAsync(keys, keys);
        using DaxTalk first = await DaxTalk.ConnectAsync(nodes.First), second = await DaxTalk.ConnectAsync(nodes.Second);
        await keys.AuthorizeAsync(first);
        await keys.AuthorizeAsync(second);
        int list = await DefineAsync(first, "v");

        await PutAsync(second, "a", list, "1");

        Assert.That(await GetAsync(first, "a"), Is.EqualTo((list, "1")));
    }

    [Test]
    public async Task Nodes_WithOtherKeys_TellEachOtherNothing_AndTheLogSaysWhy()
    {
        using RecordingLoggers loggers = new();
        using CredentialFile firstKeys = new("AKIDEXAMPLE", "of the first"), secondKeys = new("AKIDEXAMPLE", "of the second");
        await using TwoNodes nodes = await StartAsync(firstKeys, secondKeys, loggers);
        using DaxTalk first = await DaxTalk.ConnectAsync(nodes.First), second = await DaxTalk.ConnectAsync(nodes.Second);
        await firstKeys.AuthorizeAsync(first);
        await secondKeys.AuthorizeAsync(second);
        int list = await DefineAsync(first, "v");

        Assert.That(
            (await Assert.ThrowsAsync<DaxRefusal>(() => PutAsync(second, "a", list, "1")))!.Message,
            Does.EndWith("The attribute list is not known"));
        Assert.That(
            loggers.Lines.Single(line => line.StartsWith("The node ", StringComparison.Ordinal)),
            Does.Contain($"{nodes.First}").And.Contains("UnrecognizedClientException"));
        Assert.That(loggers.Lines, Has.None.Contains("of the "));
    }

    private static async Task<TwoNodes> StartAsync(
        CredentialFile? first = null, CredentialFile? second = null, RecordingLoggers? loggers = null)
    {
        TwoNodes nodes = await TwoNodes.StartAsync(
            first is null ? null : (first.Options, second!.Options, new AuthOptions()), loggers: loggers);
        using Wire json = new(nodes.Backend);
        WireReply reply = await json.SendAsync("CreateTable", $"{{'TableName':'{Table}','BillingMode':'PAY_PER_REQUEST',"
            + "'AttributeDefinitions':[{'AttributeName':'k','AttributeType':'S'}],'KeySchema':[{'AttributeName':'k','KeyType':'HASH'}]}");
        Assert.That(reply.Status, Is.EqualTo(200), reply.Text);
        return nodes;
    }

    private static async Task<int> DefineAsync(DaxTalk talk, params string[] names) =>
        (await talk.CallAsync(DaxTalk.DefineAttributeListId, cbor => cbor.WriteTexts(names))).ReadInt32();

    private static async Task<string[]> NamesOfAsync(DaxTalk talk, int list)
    {
        CborReader answer = await talk.CallAsync(DaxTalk.DefineAttributeList, cbor => cbor.WriteInt32(list));
        return [.. Enumerable.Range(0, answer.ReadStartArray()!.Value).Select(_ => answer.ReadTextString())];
    }

    private static byte[] Values(int list, string value) => DaxTalk.Items(cbor =>
    {
        cbor.WriteInt32(list);
        cbor.WriteTextString(value);
    });

    private static async Task PutAsync(DaxTalk talk, string key, int list, string value) => await talk.CallAsync(DaxTalk.PutItem, cbor =>
    {
        cbor.WriteByteString("Tab"u8);
        cbor.WriteByteString(Encoding.UTF8.GetBytes(key));
        cbor.WriteByteString(Values(list, value));
        cbor.WriteNull();
    });

    /// <summary>The number of the item's list, and its value.</summary>
    private static async Task<(int List, string Value)> GetAsync(DaxTalk talk, string key)
    {
        CborReader answer = await talk.CallAsync(DaxTalk.GetItem, cbor =>
        {
            cbor.WriteByteString("Tab"u8);
            cbor.WriteByteString(Encoding.UTF8.GetBytes(key));
            cbor.WriteNull();
        });
        answer.ReadStartMap();
        Assert.That(answer.ReadInt32(), Is.Zero);
        CborReader values = DaxTalk.Read(answer.ReadByteString());
        return (values.ReadInt32(), values.ReadTextString());
    }

    /// <summary>A file with one key, and a client that has it.</summary>
    private sealed class CredentialFile : IDisposable
    {
        private readonly string path = Path.GetTempFileName();

        public CredentialFile(string id, string secret) =>
            File.WriteAllText(path, $"[default]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\n");

        public AuthOptions Options => new() { Mode = AuthMode.Verify, CredentialsFile = path };

        public Task AuthorizeAsync(DaxTalk talk)
        {
            ArrayBufferWriter<byte> output = new();
            KeyStore keys = KeyStore.Of(Options, NullLogger.Instance, TimeProvider.System)!;
            PeerCalls.WriteAuthorization(new ConnectionSigner(keys, "us-east-1", TimeProvider.System).Sign("DaxTalk-1.0"), output);
            return talk.SendAsync(output.WrittenMemory);
        }

        public void Dispose() => File.Delete(path);
    }
}
