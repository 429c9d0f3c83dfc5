using DaxProxy.Core.Caching.Items;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using NUnit.Framework;
using static DaxProxy.Tests.Caching.CacheRig;

namespace DaxProxy.Tests.Caching;

/// <summary>What is asked of a backend whose reads may be behind, after a write whose image is not known.</summary>
[TestFixture]
public sealed class SettleWindowTests
{
    private CacheRig rig = null!;

    [SetUp]
    public void Open()
    {
        rig = new CacheRig(new ItemCacheOptions
        {
            FenceStripes = 1 << 10,
            SettleWindow = TimeSpan.FromSeconds(2),
            DoubtWindow = TimeSpan.FromSeconds(5),
        });
        rig.Inner.KnowsImages = false;
    }

    [TearDown]
    public void Close() => rig.Dispose();

    [Test]
    public async Task Miss_UntilAWriteHasSettled_IsReadConsistently()
    {
        await rig.Send(Put("a", 1));
        rig.Time.Advance(seconds: 1.9);
        Assert.That((await AsksConsistentlyAsync("a"), await AsksConsistentlyAsync("b")), Is.EqualTo((true, false)));

        await rig.Send(Put("a", 2));
        rig.Time.Advance(seconds: 2);
        Assert.That(await AsksConsistentlyAsync("a"), Is.False);
    }

    [Test]
    public async Task Miss_AfterAWriteThatMayStillArrive_IsReadConsistentlyForBothWindows()
    {
        await rig.Send(Get("other"));
        rig.Inner.Instead = operation => operation is PutItem ? new ErrorReply(new DynamoError("InternalServerError", 500, "")) : null;
        await rig.Send(Put("a", 1));
        rig.Time.Advance(seconds: 6.9);
        Assert.That(await AsksConsistentlyAsync("a"), Is.True);
        rig.Backend.Evict(Table, Key("a"));
        rig.Time.Advance(seconds: 2);
        Assert.That(await AsksConsistentlyAsync("a"), Is.False);
    }

    [Test]
    public async Task Miss_AfterAWriteOfUnknownKeys_IsReadConsistentlyWhateverTheKey(
        [Values("verb", "table", "evict", "evictAll")] string what)
    {
        await rig.Send(Get("other"));
        _ = what switch
        {
            "verb" => await rig.Send(new ExecuteStatement { Statement = "" }),
            "table" => await rig.Send(new UpdateTable { TableName = Table, StreamSpecification = new(false, null) }),
            _ => null,
        };
        _ = what == "evict" && rig.Backend.Evict(Table);
        if (what == "evictAll")
        {
            rig.Backend.EvictAll();
        }

        Assert.That(await AsksConsistentlyAsync("a"), Is.True);
        rig.Time.Advance(seconds: 2);
        Assert.That(await AsksConsistentlyAsync("b"), Is.False);
    }

    [Test]
    public async Task Capacity_IsThatOfTheReadThatWasAskedFor()
    {
        await rig.Send(Put("a", 1));
        await rig.Send(Put("b", 1));
        GetItem get = new() { TableName = Table, Key = Key("a"), ReturnConsumedCapacity = ReturnConsumedCapacity.TOTAL };
        GetItemReply one = (GetItemReply)await rig.Send(get);
        BatchGetItemReply batch = (BatchGetItemReply)await rig.Send(Checked(new BatchGetItem
        {
            Tables = [new() { TableName = Table, Keys = [Key("b"), Key("c")], ProjectionExpression = "v" }],
            ReturnConsumedCapacity = ReturnConsumedCapacity.TOTAL,
        }));

        Assert.That(rig.Inner.Calls.OfType<BatchGetItem>().Single().Tables.Single().ConsistentRead, Is.True);
        Assert.That((one.ConsumedCapacity!.TotalUnits, batch.ConsumedCapacity!.Single().TotalUnits), Is.EqualTo((0.5, 1.0)));
        Assert.That(VersionOf(batch.Responses.Single().Value.Single()), Is.EqualTo(1));
        Assert.That(rig.Cache.Count, Is.EqualTo(3), "what was read is kept, whole");
    }

    [Test]
    public async Task BatchGetItem_OfSettledKeys_IsReadAsAsked()
    {
        await rig.Send(Put("a", 1));
        rig.Time.Advance(seconds: 2);
        await rig.Send(Checked(new BatchGetItem { Tables = [new() { TableName = Table, Keys = [Key("a"), Key("b")] }] }));
        Assert.That(rig.Inner.Calls.OfType<BatchGetItem>().Single().Tables.Single().ConsistentRead, Is.False);
    }

    [Test]
    public async Task UnprocessedKeys_AreHandedBackAsAsked()
    {
        await rig.Send(Put("a", 1));
        rig.Inner.Instead = operation => operation is BatchGetItem batch
            ? new BatchGetItemReply { Responses = [], UnprocessedKeys = [batch.Tables[0]] }
            : null;
        BatchGetItemReply reply = (BatchGetItemReply)await rig.Send(
            Checked(new BatchGetItem { Tables = [new() { TableName = Table, Keys = [Key("a")] }] }));
        Assert.That(reply.UnprocessedKeys.Single().ConsistentRead, Is.False);
    }

    /// <summary>Reads an item that is not cached; whether the backend was asked consistently.</summary>
    private async Task<bool> AsksConsistentlyAsync(string key)
    {
        int before = rig.Inner.CallsOf<GetItem>();
        await rig.Send(Get(key));
        Assert.That(rig.Inner.CallsOf<GetItem>(), Is.EqualTo(before + 1));
        return rig.Inner.Calls.OfType<GetItem>().Last().ConsistentRead;
    }
}
