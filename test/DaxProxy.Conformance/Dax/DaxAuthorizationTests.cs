using System.Formats.Cbor;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using DaxProxy.Auth;
using DaxProxy.Conformance.Caching;
using DaxProxy.Conformance.Security;
using DaxProxy.Hosting;
using NUnit.Framework;

namespace DaxProxy.Conformance.Dax;

/// <summary>Who may ask what, and for how long, where signatures are verified.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class DaxAuthorizationTests : IAsyncDisposable
{
    private const string Id = "AKIDEXAMPLE", Secret = "a-secret/that+is=not/logged";
    private static readonly int[] AskedForAgain = [4, 23, 31, 33], Refused = [4, 23, 31, 32];

    private readonly MovableTime time = new();
    private readonly RecordingLoggers loggers = new();
    private VerifyingHost verifying = null!;
    private DaxProxyHost host = null!;
    private DaxTalk talk = null!;

    [SetUp]
    public async Task StartAsync()
    {
        verifying = await VerifyingHost.StartAsync(Id, Secret, speaksDax: true, loggers, time);
        host = verifying.Host;
        talk = await DaxTalk.ConnectAsync(host.DaxEndPoint!);
    }

    public async ValueTask DisposeAsync()
    {
        talk.Dispose();
        await verifying.DisposeAsync();
        Assert.That(loggers.Lines, Has.None.Contains(Secret));
        loggers.Dispose();
    }

    [Test]
    public async Task BeforeAuthorization_NothingButTheNodesIsTold()
    {
        Assert.That(await CodesAsync(), Is.EqualTo(AskedForAgain));
        Assert.That(await CodesAsync(DaxTalk.DefineAttributeListId, cbor => cbor.WriteTexts("a")), Is.EqualTo(AskedForAgain));
        Assert.That(await CodesAsync(DaxTalk.DefineAttributeList, cbor => cbor.WriteInt32(2)), Is.EqualTo(AskedForAgain));
        Assert.That(await CodesAsync(DaxTalk.Scan, WriteScan), Is.EqualTo(AskedForAgain));
        Assert.That((await talk.CallAsync(DaxTalk.Endpoints, _ => { })).ReadStartArray(), Is.EqualTo(1));
    }

    [Test]
    public async Task AWrongKey_IsRefused_AndTheRightOneOnTheSameConnectionIsNot()
    {
        await AuthorizeAsync(secret: "another-secret");
        Assert.That(await CodesAsync(), Is.EqualTo(Refused));
        await AuthorizeAsync(id: "AKIDOTHER");
        Assert.That(await CodesAsync(), Is.EqualTo(Refused));
        await AuthorizeAsync();
        Assert.That(await CodesAsync(), Is.Empty);
        await AuthorizeAsync(secret: "another-secret");
        Assert.That(await CodesAsync(), Is.EqualTo(Refused), "the last word counts");
    }

    [Test]
    public async Task Authorization_EndsAfterItsTime_AndBeginsAgainWithTheNext()
    {
        await AuthorizeAsync();
        Assert.That(await CodesAsync(), Is.Empty);
        time.Advance(ConnectionVerifier.Lifetime - TimeSpan.FromSeconds(5));
        Assert.That(await CodesAsync(), Is.Empty);
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.That(await CodesAsync(), Is.EqualTo(AskedForAgain));
        await AuthorizeAsync();
        Assert.That(await CodesAsync(), Is.Empty);
    }

    [TestCase("dynamodb", "us-east-1", 0)]
    [TestCase("dax", "eu-north-1", 0)]
    [TestCase("dax", "us-east-1", -16)]
    [TestCase("dax", "us-east-1", 16)]
    public async Task Authorization_ForSomethingElse_IsRefused(string service, string region, int minutes)
    {
        await AuthorizeAsync(service: service, region: region, age: TimeSpan.FromMinutes(minutes));

        Assert.That(await CodesAsync(), Is.EqualTo(Refused));
    }

    [Test]
    public async Task OneConnection_SaysNothingOfAnother()
    {
        await AuthorizeAsync();
        using DaxTalk other = await DaxTalk.ConnectAsync(host.DaxEndPoint!);

        DaxRefusal? refusal = await Assert.ThrowsAsync<DaxRefusal>(() => other.CallAsync(DaxTalk.Scan, WriteScan));

        Assert.That(refusal!.Codes, Is.EqualTo(AskedForAgain));
    }

    private static void WriteScan(CborWriter cbor)
    {
        cbor.WriteByteString("things"u8);
        cbor.WriteNull();
    }

    /// <summary>The numbers that an attribute list is refused with; none when it is given.</summary>
    private Task<IReadOnlyList<int>> CodesAsync() => CodesAsync(DaxTalk.DefineAttributeListId, cbor => cbor.WriteTexts("x"));

    private async Task<IReadOnlyList<int>> CodesAsync(int method, Action<CborWriter> arguments)
    {
        try
        {
            await talk.CallAsync(method, arguments);
            return [];
        }
        catch (DaxRefusal refusal)
        {
            return refusal.Codes;
        }
    }

    /// <summary>As the public clients do, to the byte.</summary>
    private Task AuthorizeAsync(
        string id = Id, string secret = Secret, string service = "dax", string region = "us-east-1", TimeSpan age = default)
    {
        string instant = (time.GetUtcNow() - age).ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture), day = instant[..8];
        string canonical = $"POST\n/\n\nhost:dax.amazonaws.com\nx-amz-date:{instant}\n\nhost;x-amz-date\n{Hash("")}";
        string toSign = $"AWS4-HMAC-SHA256\n{instant}\n{day}/{region}/{service}/aws4_request\n{Hash(canonical)}";
        byte[] key = new[] { day, region, service, "aws4_request" }
            .Aggregate(
                Encoding.UTF8.GetBytes("AWS4" + secret), (current, part) => HMACSHA256.HashData(current, Encoding.UTF8.GetBytes(part)));
        string signature = Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(toSign)));
        return talk.SendAsync(DaxTalk.Request(1489122155, cbor =>
        {
            cbor.WriteTextString(id);
            cbor.WriteTextString(signature);
            cbor.WriteByteString(Encoding.UTF8.GetBytes(toSign));
            cbor.WriteNull();
            cbor.WriteNull();
        }));
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
