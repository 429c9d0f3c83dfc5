using DaxProxy.Core.Caching.Auditing;
using DaxProxy.Core.Operations;
using DaxProxy.Options;
using NUnit.Framework;

namespace DaxProxy.Tests.Caching;

/// <summary>What the auditor says of answers of the query cache.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class PageAuditorTests : IDisposable
{
    private StackRig rig = null!;

    private AuditFigures? Found => rig.Audited.SingleOrDefault();

    public void Dispose() => rig.Dispose();

    [SetUp]
    public async Task StartAsync() =>
        rig = await StackRig.StartAsync(new ProxyOptions { Auditor = new AuditorOptions { SampleRate = 1, MaxUnitsPerSecond = 1000 } });

    [Test]
    public async Task Page_OfWhatTheBackendHolds_IsEqual()
    {
        await rig.PutAsync(1);
        await ReadTwiceAsync();
        StackRig.Await(() => Found?.Equal == 1);
        Assert.That(Found, Is.EqualTo(new AuditFigures("Log", 1, 0, 0, TimeSpan.Zero)));
    }

    [Test]
    public async Task Page_OfWhatWasWrittenPastTheProxy_IsStaleAndLeavesTheCache()
    {
        await rig.PutAsync(1);
        await ReadTwiceAsync(() => rig.PutBehindAsync(2));
        StackRig.Await(() => Advance(0.5) && Found is not null);
        Assert.That((Found!.Equal, Found.Stale, Found.Unknown), Is.EqualTo((0, 1, 0)));
        Assert.That(Found.LongestStale, Is.GreaterThanOrEqualTo(TimeSpan.FromSeconds(2)), "as long as a write may take");
        Assert.That(StackRig.VersionIn(await rig.ReadAsync(isQuery: true)), Is.EqualTo(2));
    }

    [Test]
    public async Task Page_OfWhatIsWrittenBeforeTheSecondLook_IsUnknown()
    {
        await rig.PutAsync(1);
        int before = rig.Inner.Reads;
        await ReadTwiceAsync(() => rig.PutBehindAsync(2));
        StackRig.Await(() => rig.Inner.Reads == before + 2);
        await rig.PutAsync(3);
        StackRig.Await(() => Advance(0.5) && Found is not null);
        Assert.That((Found!.Equal, Found.Stale, Found.Unknown), Is.EqualTo((0, 0, 1)));
    }

    [Test]
    public async Task PageOfALocalIndex_IsReadAgain_AndOneOfAGlobalIndexIsNot()
    {
        await rig.SendAsync(
            "CreateTable",
            "{'TableName':'Two','BillingMode':'PAY_PER_REQUEST','AttributeDefinitions':[{'AttributeName':'k','AttributeType':'S'},"
                + "{'AttributeName':'s','AttributeType':'S'},{'AttributeName':'g','AttributeType':'S'}],'KeySchema':[{'AttributeName':'k','KeyType':'HASH'},"
                + "{'AttributeName':'s','KeyType':'RANGE'}],'LocalSecondaryIndexes':[{'IndexName':'local','KeySchema':[{'AttributeName':'k','KeyType':'HASH'},"
                + "{'AttributeName':'g','KeyType':'RANGE'}],'Projection':{'ProjectionType':'ALL'}}],'GlobalSecondaryIndexes':[{'IndexName':'global','KeySchema':"
                + "[{'AttributeName':'g','KeyType':'HASH'}],'Projection':{'ProjectionType':'ALL'}}]}");
        await rig.SendAsync("PutItem", "{'TableName':'Two','Item':{'k':{'S':'a'},'s':{'S':'s'},'g':{'S':'a'}}}");
        foreach ((string index, string key) in new[] { ("global", "g"), ("local", "k") })
        {
            for (int read = 0; read < 3; read++)
            {
                await rig.SendAsync(
                    "Query",
                    $"{{'TableName':'Two','IndexName':'{index}','KeyConditionExpression':'{key}=:a','ExpressionAttributeValues':{{':a':{{'S':'a'}}}}}}");
            }
        }

        StackRig.Await(() => Advance(0.1) && Found?.Equal == 2);
        Assert.That(
            Found, Is.EqualTo(new AuditFigures("Two", 2, 0, 0, TimeSpan.Zero)), "of each three reads two were answered from the cache");
    }

    private bool Advance(double seconds)
    {
        rig.Time.Advance(seconds);
        Thread.Yield();
        return true;
    }

    /// <summary>A miss and a hit; something may happen between them.</summary>
    private async Task ReadTwiceAsync(Func<Task>? between = null)
    {
        await rig.ReadAsync(isQuery: true);
        await (between?.Invoke() ?? Task.CompletedTask);
        Reply hit = await rig.ReadAsync(isQuery: true);
        Assert.That((StackRig.VersionIn(hit), $"{hit.Cache}"), Is.EqualTo((1, $"{hit.Cache}")));
        Assert.That($"{hit.Cache}", Does.Contain("; hit"));
    }
}
