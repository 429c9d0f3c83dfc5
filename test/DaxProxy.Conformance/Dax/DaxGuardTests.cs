using System.Formats.Cbor;
using System.Text.RegularExpressions;
using DaxProxy.Conformance.Protocol;
using DaxProxy.Conformance.Security;
using DaxProxy.Options;
using Microsoft.Extensions.Logging;
using NUnit.Framework;

namespace DaxProxy.Conformance.Dax;

/// <summary>
/// A request of this protocol that breaks something: answered in its form, counted, logged in one line, and the connection goes on.
/// </summary>
internal sealed class DaxGuardTests : HostFixture, IDisposable
{
    private readonly RecordingLoggers loggers = new();

    protected override ILoggerFactory Loggers => loggers;

    protected override ProxyOptions Options => base.Options with
    {
        Dax = new DaxOptions { Port = 0 },
        Backend = new BackendOptions { InMemory = true },
    };

    public void Dispose() => loggers.Dispose();

    [SetUp]
    public void Forget()
    {
        loggers.Lines.Clear();
        loggers.Warnings.Clear();
    }

    [Test]
    public async Task Backend_Throws_IsAnsweredCountedAndLoggedInOneLine_AndTheConnectionGoesOn()
    {
        long before = await CountAsync();
        using DaxTalk talk = await DaxTalk.ConnectAsync(Host.DaxEndPoint!);

        DaxRefusal? refusal = await Assert.ThrowsAsync<DaxRefusal>(() => GetAsync(talk, "broken"));

        Assert.That((refusal!.Name, refusal.Message), Is.EqualTo(("InternalServerError", "InternalServerError: Internal server error")));
        Assert.That(loggers.Warnings, Has.Count.EqualTo(1));
        Assert.That(loggers.Warnings, Has.One.StartsWith($"Request {refusal.Id} of Dax failed: InvalidOperationException: a secret"));
        Assert.That(loggers.Warnings.Single(), Does.Not.Contain("\n"));
        Assert.That(await CountAsync(), Is.EqualTo(before + 1));
        Assert.That((await GetAsync(talk, "whole")).ReadStartMap(), Is.GreaterThan(0), "the next request of the connection");
    }

    private static byte[] Get(string pk) => DaxTalk.Request(DaxTalk.GetItem, cbor =>
    {
        cbor.WriteByteString("T"u8);
        cbor.WriteByteString(System.Text.Encoding.UTF8.GetBytes(pk));
        cbor.WriteStartMap(null);
        cbor.WriteEndMap();
    });

    private static async Task<CborReader> GetAsync(DaxTalk talk, string pk)
    {
        await talk.SendAsync(Get(pk));
        return await talk.ReceiveAsync(1);
    }

    private async Task<long> CountAsync() =>
        long.Parse(Regex.Match(
            await Client.GetStringAsync(new Uri(Admin, "metrics")),
            "daxproxy_frontend_faults_total\\{frontend=\"dax\"\\} ([0-9]+)").Groups[1].Value);
}
