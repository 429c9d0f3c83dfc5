using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;
using DaxProxy.Backends.Remote;
using DaxProxy.Core.Operations;
using DaxProxy.Options;
using DaxProxy.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace DaxProxy.Conformance.Remote;

/// <summary>Which failures of a remote backend are known to have had no effect.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class NeverSentTests
{
    [Test]
    public async Task Write_ToAPortWithoutAListener_HadNoEffect()
    {
        int port;
        using (TcpListener listener = new(IPAddress.Loopback, 0))
        {
            listener.Start();
            port = ((IPEndPoint)listener.LocalEndpoint).Port;
        }

        Assert.That(await EffectAsync($"http://127.0.0.1:{port}"), Is.EqualTo(KnownEffect.None));
    }

    [Test]
    public async Task Write_ToAHostWithoutAnAddress_HadNoEffect() =>
        Assert.That(await EffectAsync("http://nowhere.invalid"), Is.EqualTo(KnownEffect.None));

    [Test]
    public async Task Write_ToAServerWithoutTls_HadNoEffect()
    {
        await using FaultyLink link = new(new Uri("http://nowhere.invalid"));
        Assert.That(await EffectAsync($"https://{link.EndPoint.Authority}"), Is.EqualTo(KnownEffect.None));
    }

    [Test]
    public async Task Request_ThatWaitedForAConnectionUntilItsTimeWasUp_WasNeverSent()
    {
        await using FaultyLink link = new(new Uri("http://nowhere.invalid")) { FaultOf = _ => LinkFault.HangBefore };
        using RemoteConnections connections = new(maxConnections: 1, TimeSpan.FromMinutes(1));
        using CancellationTokenSource end = new();
        Task first = Caller(30).SendAsync("DynamoDB_20120810.PutItem", "{}"u8.ToArray(), end.Token);
        Assert.That(SpinWait.SpinUntil(() => link.Requests.Count == 1, TimeSpan.FromSeconds(30)));
        RemoteFault? fault = await Assert.ThrowsAsync<RemoteFault>(
            () => Caller(0.2).SendAsync("DynamoDB_20120810.PutItem", "{}"u8.ToArray(), default));
        Assert.That(fault!.WasNeverSent);
        await end.CancelAsync();
        Assert.That(async () => await first, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(link.Requests, Has.Count.EqualTo(1));

        RemoteCaller Caller(double seconds) => new(
            RemoteEndpoint.Of("us-east-1", link.EndPoint.AbsoluteUri),
            connections,
            new RequestSigner(new BasicAWSCredentials("AKIDEXAMPLE", "secret"), "us-east-1", TimeProvider.System),
            TimeSpan.FromSeconds(seconds),
            TimeProvider.System);
    }

    [TestCase(LinkFault.ResetBefore)]
    [TestCase(LinkFault.HangBefore)]
    [TestCase(LinkFault.Error500)]
    [TestCase(LinkFault.Html503)]
    public async Task Write_ThatLeft_MayHaveHadAnEffect(LinkFault fault)
    {
        await using FaultyLink link = new(new Uri("http://nowhere.invalid")) { FaultOf = _ => fault };
        Assert.That(await EffectAsync(link.EndPoint.AbsoluteUri), Is.EqualTo(KnownEffect.AsAnswered));
    }

    private static async Task<KnownEffect> EffectAsync(string endPoint)
    {
        using RemoteBackend backend = Backend(endPoint);
        ErrorReply reply = (ErrorReply)await backend.ExecuteAsync(Put(), default);
        Assert.That(reply.Error.StatusCode, Is.EqualTo(500));
        return reply.Effect;
    }

    private static RemoteBackend Backend(string endPoint)
    {
        BackendOptions options = new()
        {
            Kind = BackendKind.DynamoDb,
            Endpoint = endPoint,
            RequestTimeout = TimeSpan.FromSeconds(1),
        };
        return new RemoteBackend(
            options,
            new BasicAWSCredentials("AKIDEXAMPLE", "secret"),
            isCached: true,
            new BackendOutage(NullLogger.Instance, TimeProvider.System),
            NullLogger.Instance,
            TimeProvider.System);
    }

    private static PutItem Put() => new()
    {
        TableName = "Tab",
        Item = new Core.Items.AttributeMap { ["k"] = Core.Items.AttributeValue.FromString("a") },
    };
}
