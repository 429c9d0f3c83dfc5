using System.Formats.Cbor;
using System.Net;
using System.Text;
using Amazon.DynamoDBv2;
using DaxProxy.Backends;
using DaxProxy.Hosting;
using DaxProxy.Options;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace DaxProxy.Conformance.Dax;

/// <summary>
/// A host of its own for each fixture, with a table <c>things</c> whose key is the text <c>pk</c>, and ways to talk to it.
/// </summary>
internal abstract class DaxFixture
{
    protected const string Table = "things";

    private BackendStack stack = null!;

    protected DaxProxyHost Host { get; private set; } = null!;

    protected Wire Json { get; private set; } = null!;

    protected IPEndPoint Dax => Host.DaxEndPoint!;

    protected virtual ProxyOptions Options => new()
    {
        Listen = new ListenOptions
        {
            Port = 0,
            AdminPort = 0,
            MaxRequestBytes = 1 << 20,
            HeadersTimeout = TimeSpan.FromSeconds(1),
            DrainTimeout = TimeSpan.FromSeconds(2),
        },
        Dax = new DaxOptions { Port = 0 },
        Backend = new BackendOptions { InMemory = true },
    };

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        stack = BackendStack.Create(Options, TimeProvider.System);
        Host = await DaxProxyHost.StartAsync(Options, stack, NullLoggerFactory.Instance, TimeProvider.System);
        Json = new Wire(new Uri($"http://{Host.DataEndPoint}"));
        using AmazonDynamoDBClient sdk = SdkClient.For(new Uri($"http://{Host.DataEndPoint}"));
        await sdk.CreateTableAsync(new TableShape("pk:S").Request(Table));
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        Json.Dispose();
        await Host.DisposeAsync();
        stack.Dispose();
    }

    protected static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>A plain GetItem of the table.</summary>
    protected static byte[] GetItem(string pk) => DaxTalk.Request(DaxTalk.GetItem, cbor =>
    {
        cbor.WriteByteString(Utf8(Table));
        cbor.WriteByteString(Utf8(pk));
        WriteNoOptions(cbor);
    });

    /// <summary>A PutItem of the table, of an item whose other attributes are those of a list.</summary>
    protected static byte[] PutItem(string pk, int list, params string[] values) => DaxTalk.Request(DaxTalk.PutItem, cbor =>
    {
        cbor.WriteByteString(Utf8(Table));
        cbor.WriteByteString(Utf8(pk));
        cbor.WriteByteString(DaxTalk.Items(content =>
        {
            content.WriteInt32(list);
            Array.ForEach(values, content.WriteTextString);
        }));
        WriteNoOptions(cbor);
    });

    protected static void WriteNoOptions(CborWriter cbor)
    {
        cbor.WriteStartMap(null);
        cbor.WriteEndMap();
    }

    /// <summary>The number of a list of names.</summary>
    protected static async Task<int> DefineAsync(DaxTalk talk, params string[] names)
    {
        CborReader answer = await talk.CallAsync(DaxTalk.DefineAttributeListId, cbor => cbor.WriteTexts(names));
        return answer.ReadInt32();
    }

    /// <summary>The values of an item in the answer to a plain GetItem; null when there is none.</summary>
    protected static List<string>? ValuesOf(CborReader answer)
    {
        if (answer.ReadStartMap() == 0)
        {
            return null;
        }

        Assert.That(answer.ReadInt32(), Is.Zero);
        CborReader values = DaxTalk.Read(answer.ReadByteString());
        values.ReadInt32();
        List<string> texts = [];
        while (values.PeekState() != CborReaderState.Finished)
        {
            texts.Add(values.ReadTextString());
        }

        return texts;
    }
}
