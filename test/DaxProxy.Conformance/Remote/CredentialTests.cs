using Amazon.Runtime;
using NUnit.Framework;

namespace DaxProxy.Conformance.Remote;

/// <summary>What the proxy signs with is refused, or renews itself: what the client is told, what the log says, and what neither may learn.</summary>
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
        await using FaultRig rig = await FaultRig.StartAsync(logger: log, credentials: new SessionAWSCredentials("AKIDEXAMPLE", "secret", "token-of-the-proxy"));
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
        Assert.That(log.Lines.Single(), Does.Contain("does not match the signature").And.Not.Contain("token-of-the-proxy"));
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
        using ServerProcess proxy = await ServerProcess.StartAsync(["--backend", "dynamodb", "--endpoint", rig.Link.EndPoint.AbsoluteUri], new()
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

        // Without new ones nothing is sent with old ones, and nobody hangs.
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
