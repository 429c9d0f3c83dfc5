using System.Formats.Cbor;
using DaxProxy.Conformance.Caching;
using DaxProxy.Conformance.Remote;
using DaxProxy.Options;
using NUnit.Framework;

namespace DaxProxy.Conformance.Dax;

/// <summary>DAX clients of a proxy whose backend is another process that fails as the test says.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Parallelizable(ParallelScope.All)]
internal sealed class DaxRemoteTests : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("daxproxy-lists-").FullName;
    private readonly MovableTime time = new();
    private FaultRig rig = null!;
    private DaxTalk talk = null!;

    [SetUp]
    public async Task StartAsync()
    {
        rig = await FaultRig.StartAsync(
            options => options with
            {
                Dax = new DaxOptions { Port = 0 },
                Backend = options.Backend with { DataFolder = folder, TableRefreshInterval = TimeSpan.FromDays(1) },
                ItemCache = options.ItemCache with { TimeToLive = TimeSpan.FromSeconds(100), ServeStale = TimeSpan.FromSeconds(600) },
            },
            time: time);
        await rig.CreateTableAsync();
        talk = await DaxTalk.ConnectAsync(rig.Dax);
        await PutAsync("1");
        Assert.That(await GetAsync(), Is.EqualTo("1"));
    }

    public async ValueTask DisposeAsync()
    {
        talk.Dispose();
        await rig.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Test]
    public async Task AThrottledBackend_IsToldByTheNumbersThatClientsWaitAndRepeatFor()
    {
        rig.Link.FaultOf = _ => LinkFault.Throttle;
        Assert.That(await CodesAsync(() => PutAsync("2")), Is.EqualTo((int[])[4, 37, 38, 39, 40]).Or.EqualTo((int[])[4, 37, 38, 39, 50]));
        Assert.That(await GetAsync(), Is.EqualTo("1"), "of what was not written the cache knows");

        rig.Link.FaultOf = _ => LinkFault.None;
        await PutAsync("2");
        Assert.That(await GetAsync(), Is.EqualTo("2"));
    }

    [Test]
    public async Task ABackendThatFails_IsToldAsAFaultOfTheServer_AndWhatWasKnownIsForgotten()
    {
        rig.Link.FaultOf = _ => LinkFault.Error500;
        Assert.That(await CodesAsync(() => PutAsync("2")), Is.EqualTo((int[])[1, 37, 38, 39, 47]));
        Assert.That(await CodesAsync(GetAsync), Is.EqualTo((int[])[1, 37, 38, 39, 47]));
    }

    [Test]
    public async Task AnOutage_IsAnsweredWithWhatIsKnown_UntilItsGraceIsOver()
    {
        time.Advance(TimeSpan.FromSeconds(200));
        rig.Link.FaultOf = _ => LinkFault.Error500;
        Assert.That(await GetAsync(), Is.EqualTo("1"), "past its life");
        time.Advance(TimeSpan.FromSeconds(600));
        Assert.That(await CodesAsync(GetAsync), Is.EqualTo((int[])[1, 37, 38, 39, 47]));
        rig.Link.FaultOf = _ => LinkFault.None;
        Assert.That(await GetAsync(), Is.EqualTo("1"));
    }

    [Test]
    public async Task ATableThatWasMadeAgainWithAnotherKey_IsNotSaidInKeysOfTheOldOne_AndIsKnownFromThenOn()
    {
        foreach ((string operation, string json) in new[]
        {
            ("DeleteTable", "{'TableName':'Tab'}"),
            ("CreateTable", "{'TableName':'Tab','BillingMode':'PAY_PER_REQUEST','KeySchema':[{'AttributeName':'other','KeyType':'HASH'}],"
                + "'AttributeDefinitions':[{'AttributeName':'other','AttributeType':'S'}]}"),
            ("PutItem", "{'TableName':'Tab','Item':{'other':{'S':'a'}}}"),
        })
        {
            Assert.That((await rig.Direct.SendAsync(operation, json)).Status, Is.EqualTo(200));
        }

        Assert.That(await CodesAsync(ScanAsync), Is.EqualTo((int[])[1, 37, 38, 39, 47]));
        Assert.That(await ScanAsync(), Is.EqualTo("a"u8.ToArray()));
        using HttpClient http = new();
        Assert.That(await http.GetStringAsync(new Uri(rig.Admin, "/metrics")),
            Does.Contain("daxproxy_frontend_faults_total{frontend=\"dax\"} 0"));
    }

    [Test]
    public async Task CachesThatFail_FailNoRequest()
    {
        PoisonedCache poison = new(rig.Stack.Caching!.Items);
        for (int request = 0; request < 30; request++)
        {
            Assert.That(await GetAsync(), Is.EqualTo("1"));
        }

        await PutAsync("2");
        Assert.That(await GetAsync(), Is.EqualTo("2"));
        poison.Dispose();
        time.Advance(TimeSpan.FromSeconds(30));
        Assert.That(await GetAsync(), Is.EqualTo("2"));
    }

    private static async Task<IReadOnlyList<int>> CodesAsync(Func<Task> ask) =>
        (await Assert.ThrowsAsync<DaxRefusal>(ask))!.Codes;

    private async Task PutAsync(string version)
    {
        int list = (await talk.CallAsync(DaxTalk.DefineAttributeListId, cbor => cbor.WriteTexts("v"))).ReadInt32();
        await talk.CallAsync(DaxTalk.PutItem, cbor =>
        {
            cbor.WriteByteString("Tab"u8);
            cbor.WriteByteString("a"u8);
            cbor.WriteByteString(DaxTalk.Items(content =>
            {
                content.WriteInt32(list);
                content.WriteTextString(version);
            }));
            cbor.WriteNull();
        });
    }

    /// <summary>The key of the only item of the table.</summary>
    private async Task<byte[]> ScanAsync()
    {
        CborReader answer = await talk.CallAsync(DaxTalk.Scan, cbor =>
        {
            cbor.WriteByteString("Tab"u8);
            cbor.WriteNull();
        });
        answer.ReadStartMap();
        answer.ReadInt32();
        Assert.That(answer.ReadStartArray(), Is.EqualTo(1));
        answer.ReadStartArray();
        return answer.ReadByteString();
    }

    private async Task<string> GetAsync()
    {
        CborReader answer = await talk.CallAsync(DaxTalk.GetItem, cbor =>
        {
            cbor.WriteByteString("Tab"u8);
            cbor.WriteByteString("a"u8);
            cbor.WriteNull();
        });
        answer.ReadStartMap();
        Assert.That(answer.ReadInt32(), Is.Zero);
        CborReader values = DaxTalk.Read(answer.ReadByteString());
        values.SkipValue();
        return values.ReadTextString();
    }
}
