using Amazon.Runtime;
using DaxProxy.Backends;
using DaxProxy.Hosting;
using DaxProxy.Options;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace DaxProxy.Conformance.Remote;

/// <summary>
/// What the proxy signs with is refused, or renews itself: what the client is told, what the log says, and what neither may learn.
/// </summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class CredentialTests
{
    private const string Get = "{'TableName':'Tab','Key':{'k':{'S':'a'}}}";
    private const string Put = "{'TableName':'Tab','Item':{'k':{'S':'a'}}}";

    [TestCase("PutItem", Put)]
    [TestCase("GetItem", Get)]
    [TestCase("ListTables", "{}")]
    public async Task Refusal_OfTheProxysSignature_BlamesTheProxy_AndTellsNoSecret(string operation, string json)
    {
        ListLogger log = new();
        await using FaultRig rig = await FaultRig.StartAsync(
            logger: log, credentials: new SessionAWSCredentials("AKIDEXAMPLE", "secret", "token-of-the-proxy"));
        await rig.CreateTableAsync();
        rig.Link.FaultOf = request => request.Operation == operation ? LinkFault.WrongSecret : LinkFault.None;
        for (int i = 0; i < 3; i++)
        {
            WireReply reply = await rig.Wire.SendAsync(operation, json);
            Assert.That(reply.Status, Is.EqualTo(400));
            Assert.That(reply.Error, Does.StartWith("InvalidSignatureException: ").And.Contain("credentials of this proxy"));
            Assert.That(reply.Text, Does.Not.Contain("token-of-the-proxy"));
        }

        Assert.That(rig.Link.Count(operation), Is.EqualTo(3), "a refusal for another reason than the clock is not tried again");
        Assert.That(log.Lines, Has.Count.EqualTo(1), "all say the same");
        Assert.That(log.Lines.Single(), Does.Contain("(InvalidSignatureException, status 400, request "));
        Assert.That(log.Lines.Single(), Does.Not.Contain("does not match the signature").And.Not.Contain("token-of-the-proxy"));
    }

    [TestCase("{'__type':'x#InvalidSignatureException','message':'token-of-the-proxy'}", 400, null, "credentials of this proxy")]
    [TestCase("{'__type':'x#ValidationException','message':'You sent token-of-the-proxy'}", 400, null, "credentials of this proxy")]
    [TestCase("{'__type':'x#InternalFailure','message':'You sent token-of-the-proxy'}", 500, null, "credentials of this proxy")]
    [TestCase("{'__type':'x#InvalidSignatureException','message':'token-of-the-proxy'}", 302, null, "Internal server error")]
    [TestCase("<html>token-of-the-proxy</html>", 403, "text/html", "Internal server error")]
    [TestCase("<html>token-of-the-proxy</html>", 503, "text/token-of-the-proxy", "Internal server error")]
    public async Task Text_OfTheBackend_ThatRepeatsTheToken_ReachesNeitherLogNorClient(string answer, int status, string? type, string told)
    {
        ListLogger log = new();
        await using AnsweringServer backend = await AnsweringServer.StartAsync();
        backend.Dress = response =>
        {
            response.ContentType = type ?? response.ContentType;
            response.Headers["x-amzn-RequestId"] = "token-of-the-proxy in an id";
            response.Headers.Location = "token-of-the-proxy";
        };
        ProxyOptions options = new()
        {
            Listen = new ListenOptions { Port = 0, AdminPort = 0 },
            Dax = new DaxOptions { Enabled = false },
            Backend = new BackendOptions { Kind = BackendKind.DynamoDb, Endpoint = backend.EndPoint.AbsoluteUri },
            Resilience = new ResilienceOptions { RetryRatio = 0 },
        };
        using BackendStack stack = BackendStack.Create(
            options, TimeProvider.System, log, new SessionAWSCredentials("AKIDEXAMPLE", "secret", "token-of-the-proxy"));
        await using DaxProxyHost host = await DaxProxyHost.StartAsync(options, stack, NullLoggerFactory.Instance, TimeProvider.System);
        using Wire wire = new(new Uri($"http://{host.DataEndPoint}"));
        foreach (string operation in new[] { "GetItem", "ListTables" })
        {
            backend.Answers["DescribeTable"] = backend.Answers[operation] = (status, answer.Replace('\'', '"'));
            WireReply reply = await wire.SendAsync(operation, operation == "GetItem" ? Get : "{}");
            Assert.That(reply.Text, Does.Contain(told).And.Not.Contain("token-of-the-proxy"), operation);
        }

        Assert.That(log.Lines, Is.Not.Empty.And.None.Contains("token-of-the-proxy"));
    }

    [Test]
    public async Task Clock_ThatIsWrong_IsCorrectedByTheBackends([Values(-60, 60)] int minutes)
    {
        await using FaultRig rig = await FaultRig.StartAsync(time: new SkewedTime(TimeSpan.FromMinutes(minutes)));
        await rig.CreateTableAsync();
        rig.Link.FaultOf = _ => LinkFault.ClockChecked;
        await rig.OkAsync("PutItem", Put);
        await rig.OkAsync("PutItem", Put);
        await rig.OkAsync("ListTables", "{}");
        Assert.That((await rig.OkAsync("GetItem", Get)).CacheStatus, Does.Contain("; hit"), "the refusal was known to have no effect");
        Assert.That(rig.Link.Count("DescribeTable") + rig.Link.Count("PutItem"), Is.EqualTo(1 + 2 + 1), "one request had to be repeated");
    }

    [Test]
    public async Task Clock_ThatIsWrong_IsCorrectedByAVerbThatIsPassedOn_ForTheNextOne()
    {
        await using FaultRig rig = await FaultRig.StartAsync(time: new SkewedTime(TimeSpan.FromHours(-1)));
        rig.Link.FaultOf = _ => LinkFault.ClockChecked;
        Assert.That((await rig.Wire.SendAsync("ListTables", "{}")).Error, Does.StartWith("InvalidSignatureException"));
        await rig.OkAsync("ListTables", "{}");
    }

    [Test]
    public async Task Credentials_ThatExpire_AreRenewed_AndOldOnesNeverUsed()
    {
        await using FaultRig rig = await FaultRig.StartAsync();
        await rig.CreateTableAsync();
        using CredentialServer agent = new();
        using ServerProcess proxy =
            await ServerProcess.StartAsync(["--backend", "dynamodb", "--endpoint", rig.Link.EndPoint.AbsoluteUri], new()
            {
                ["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = agent.Address.AbsoluteUri,
                ["AWS_ACCESS_KEY_ID"] = null,
                ["AWS_SECRET_ACCESS_KEY"] = null,
                ["AWS_PROFILE"] = null,
                ["HOME"] = TestContext.CurrentContext.WorkDirectory,
            });
        using Wire wire = new(proxy.EndPoint);
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(30));
        List<(string Id, DateTimeOffset At)> used = [];
        rig.Link.FaultOf = request =>
        {
            string id = request.Header("Authorization").Split('=', '/')[1];
            lock (used)
            {
                used.Add((id, TimeProvider.System.GetUtcNow()));
            }

            return LinkFault.None;
        };
        while (agent.Ends.Count < 3)
        {
            patience.Token.ThrowIfCancellationRequested();
            Assert.That((await wire.SendAsync("PutItem", Put)).Status, Is.EqualTo(200));
        }

        Assert.That(used.Select(use => use.Id).Distinct().Count(), Is.GreaterThan(1));
        Assert.That(used.Where(use => use.At > agent.Ends[use.Id] + TimeSpan.FromSeconds(1)), Is.Empty);

        // Without new credentials nothing is sent with old ones, and no request hangs.
        agent.IsBroken = true;
        WireReply reply;
        do
        {
            patience.Token.ThrowIfCancellationRequested();
            reply = await wire.SendAsync("PutItem", Put);
        }
        while (reply.Status == 200);
        Assert.That(reply.Status, Is.EqualTo(500), reply.Text);
        Assert.That(reply.Error, Does.StartWith("InternalServerError"));
        Assert.That(used.Where(use => use.At > agent.Ends[use.Id] + TimeSpan.FromSeconds(1)), Is.Empty);
        while (!proxy.Output.Any(line => line.Contains("redentials", StringComparison.Ordinal)))
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        agent.IsBroken = false;
        do
        {
            patience.Token.ThrowIfCancellationRequested();
            reply = await wire.SendAsync("PutItem", Put);
        }
        while (reply.Status != 200);
    }
}
