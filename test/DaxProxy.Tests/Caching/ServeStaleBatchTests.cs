using DaxProxy.Core.Catalog;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using NUnit.Framework;
using static DaxProxy.Tests.Caching.CacheRig;

namespace DaxProxy.Tests.Caching;

/// <summary>BatchGetItem where the backend fails: key by key what is known from before, and the rest left to be asked for again.</summary>
[TestFixture]
public sealed class ServeStaleBatchTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly TableCacheSettings Settings =
        new() { TimeToLive = TimeSpan.FromSeconds(100), ServeStale = TimeSpan.FromSeconds(50) };

    [Test]
    public async Task AllKnown_IsAnswered_MarkedAndCounted()
    {
        using CacheRig rig = await StartEndedAsync("a", "b");
        rig.Inner.Instead = Failing;
        BatchGetItemReply reply = (BatchGetItemReply)await rig.Send(Batch(false, "a", "b"));
        Assert.That((Shown(reply), reply.UnprocessedKeys.Count), Is.EqualTo(("a b", 0)));
        Assert.That(StatusOf(reply), Is.EqualTo("DaxProxy; hit; ttl=-20; detail=\"stale, throttled\""));
        Assert.That(rig.Statistics.StaleHits, Is.EqualTo(2));
        Assert.That(reply.ConsumedCapacity!.Sum(capacity => capacity.TotalUnits), Is.Zero);
    }

    [Test]
    public async Task SomeKnown_TheRestIsUnprocessed([Values] bool isBroken)
    {
        using CacheRig rig = await StartEndedAsync("a");
        rig.Inner.Put(Table, Row("c", 1));
        await rig.Send(Get("c"));
        rig.Inner.Instead = operation => isBroken && operation is BatchGetItem ? throw new IOException("broken") : Failing(operation);
        BatchGetItemReply reply = (BatchGetItemReply)await rig.Send(Batch(false, "a", "b", "c"));
        Assert.That(Shown(reply), Is.EqualTo("a c"), "one past its end, one in its life");
        Assert.That(reply.UnprocessedKeys.Single().Keys.Single().Value!["k"].String, Is.EqualTo("b"));
        Assert.That(StatusOf(reply), Does.StartWith("DaxProxy; hit; ttl=-20; detail="));
    }

    [Test]
    public async Task NothingKnown_IsTheBackendsFailure()
    {
        using CacheRig rig = await StartEndedAsync("a");
        rig.Inner.Instead = Failing;
        Assert.That(await rig.Send(Batch(false, "b", "c")), Is.TypeOf<ErrorReply>());
    }

    [Test]
    public async Task ConsistentBatch_IsNeverAnsweredFromBefore()
    {
        using CacheRig rig = await StartEndedAsync("a");
        rig.Inner.Instead = Failing;
        Assert.That(await rig.Send(Batch(true, "a")), Is.TypeOf<ErrorReply>());
    }

    [Test]
    public async Task KeyWithAWriteInFlight_IsNotAnsweredFromBefore()
    {
        using CacheRig rig = await StartEndedAsync("a", "b");
        rig.Inner.Instead = Failing;
        rig.Inner.Holds = operation => operation is PutItem;
        Task<Reply> write = rig.Send(Put("b", 2));
        BatchGetItemReply reply = (BatchGetItemReply)await rig.Send(Batch(false, "a", "b"));
        Assert.That((Shown(reply), reply.UnprocessedKeys.Single().Keys.Count), Is.EqualTo(("a", 1)));
        rig.Inner.Held[0].Release();
        await write;
    }

    [Test]
    public async Task UnprocessedKeysOfTheBackend_AreLeftAsTheyAre()
    {
        using CacheRig rig = await StartEndedAsync("a");
        rig.Inner.Instead =
            operation => operation is BatchGetItem batch ? new BatchGetItemReply { Responses = [], UnprocessedKeys = batch.Tables } : null;
        BatchGetItemReply reply = (BatchGetItemReply)await rig.Send(Batch(false, "a"));
        Assert.That((Shown(reply), reply.UnprocessedKeys.Single().Keys.Count), Is.EqualTo(("", 1)));
    }

    [Test]
    public async Task AllKnown_WhileTheBackendHangs_IsAnsweredSoon_AndWhatComesLateIsKept()
    {
        using CacheRig rig = await StartEndedAsync("a", "b");
        rig.Inner.Put(Table, Row("a", 2));
        rig.Inner.Holds = operation => operation is BatchGetItem;
        Task<Reply> read = rig.Send(Batch(false, "a", "b"));
        rig.Time.Advance(0.9);
        Assert.That(read.IsCompleted, Is.False);
        rig.Time.Advance(0.1);
        BatchGetItemReply reply = (BatchGetItemReply)await read.WaitAsync(Patience);
        Assert.That((Shown(reply), reply.UnprocessedKeys.Count), Is.EqualTo(("a b", 0)));
        Assert.That(StatusOf(reply), Is.EqualTo("DaxProxy; hit; ttl=-21; detail=\"stale, no answer yet\""));
        rig.Inner.Held[0].Release();
        Assert.That(SpinWait.SpinUntil(
            () => StatusOf(rig.Send(Get("a")).Result)!.StartsWith("DaxProxy; hit; ttl=1", StringComparison.Ordinal), Patience));
        Assert.That(VersionOf(((GetItemReply)await rig.Send(Get("a"))).Item), Is.EqualTo(2));
    }

    [Test]
    public async Task NotAllKnown_WhileTheBackendHangs_IsWaitedFor()
    {
        using CacheRig rig = await StartEndedAsync("a");
        rig.Inner.Holds = operation => operation is BatchGetItem;
        Task<Reply> read = rig.Send(Batch(false, "a", "b"));
        rig.Time.Advance(20);
        Assert.That(read.IsCompleted, Is.False, "a slow backend processes all keys");
        rig.Inner.Held[0].Release();
        Assert.That(((BatchGetItemReply)await read.WaitAsync(Patience)).UnprocessedKeys, Is.Empty);
    }

    private static ErrorReply? Failing(Operation operation) => operation is BatchGetItem
        ? new ErrorReply(DynamoError.Modelled("ProvisionedThroughputExceededException", "slow down"))
        : null;

    /// <summary>These items were read, and their lives have ended twenty seconds ago.</summary>
    private static async Task<CacheRig> StartEndedAsync(params string[] keys)
    {
        CacheRig rig = new(settings: Settings);
        foreach (string key in keys)
        {
            rig.Inner.Put(Table, Row(key, 1));
            await rig.Send(Get(key));
        }

        rig.Time.Advance(120);
        return rig;
    }

    private static BatchGetItem Batch(bool isConsistent, params string[] keys) => Checked(new BatchGetItem
    {
        Tables = [new()
        {
            TableName = Table,
            Keys = [.. keys.Select(key => (Decoded<AttributeMap>)Key(key))],
            ConsistentRead = isConsistent,
        }],
        ReturnConsumedCapacity = ReturnConsumedCapacity.TOTAL,
    });

    private static string Shown(BatchGetItemReply reply) =>
        string.Join(
            ' ', reply.Responses.SelectMany(table => table.Value).Select(item => item.Open()["k"].String).Order(StringComparer.Ordinal));
}
