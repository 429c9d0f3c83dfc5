using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using NUnit.Framework;
using static DaxProxy.Tests.Caching.CacheRig;

namespace DaxProxy.Tests.Caching;

[TestFixture]
public sealed class BatchGetItemFlowTests
{
    [Test]
    public async Task BatchGetItem_AsksOnlyForWhatIsMissing()
    {
        using CacheRig rig = new();
        rig.Inner.Put(Table, Row("a", 1));
        rig.Inner.Put(Table, Row("b", 2));
        await rig.Send(Get("a"));
        await rig.Send(Get("n"));

        BatchGetItemReply partial = (BatchGetItemReply)await rig.Send(Batch("a", "b", "n", "m"));
        BatchGetItemReply hit = (BatchGetItemReply)await rig.Send(Batch("b", "m", "a"));

        Assert.That(Versions(partial), Is.EqualTo(new[] { 1L, 2L }));
        Assert.That(Versions(hit), Is.EqualTo(new[] { 1L, 2L }));
        Assert.That((StatusOf(partial), StatusOf(hit)), Is.EqualTo(("DaxProxy; fwd=partial", "DaxProxy; hit; ttl=30")));
        Assert.That(rig.Inner.Calls.OfType<BatchGetItem>().Single().Tables.Single().Keys, Has.Count.EqualTo(2));
        Assert.That((partial.ConsumedCapacity!.Sum(c => c.TotalUnits), hit.ConsumedCapacity!.Single().TotalUnits), Is.EqualTo((1.0, 0.0)));
    }

    [Test]
    public async Task BatchGetItem_UnprocessedKeys_ArePassedThroughAndNotKept()
    {
        using CacheRig rig = new();
        rig.Inner.Instead = operation => operation is BatchGetItem batch
            ? new BatchGetItemReply { Responses = [], UnprocessedKeys = [batch.Tables[0].ForKeys([Key("b")], null)] }
            : null;
        BatchGetItem.KeysAndAttributes wanted = new() { TableName = Table, Keys = [Key("a"), Key("b")], ProjectionExpression = "v" };
        BatchGetItemReply reply = (BatchGetItemReply)await rig.Send(Checked(new BatchGetItem { Tables = [wanted] }));
        Assert.That(reply.UnprocessedKeys.Single().ProjectionExpression, Is.EqualTo("v"));
        Assert.That(reply.Responses.Single().Value, Is.Empty);
        Assert.That(rig.Cache.Count, Is.EqualTo(1), "a is absent, of b nothing is known");
        Assert.That(StatusOf(reply), Is.EqualTo("DaxProxy; fwd=miss"));
    }

    [Test]
    public async Task BatchGetItem_Projected_KeepsWholeItems()
    {
        using CacheRig rig = new();
        rig.Inner.Put(Table, Row("a", 1));
        BatchGetItem.KeysAndAttributes wanted = new() { TableName = Table, Keys = [Key("a")], ProjectionExpression = "v" };
        for (int i = 0; i < 2; i++)
        {
            BatchGetItemReply reply = (BatchGetItemReply)await rig.Send(Checked(new BatchGetItem { Tables = [wanted] }));
            Assert.That(reply.Responses.Single().Value.Single().Open().Keys, Is.EqualTo(new[] { "v" }));
        }

        Assert.That(rig.Inner.CallsOf<BatchGetItem>(), Is.EqualTo(1));
        Assert.That(((GetItemReply)await rig.Send(Get("a"))).Item!.Open(), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task BatchGetItem_WriteMeanwhile_FetchedItemIsNotKept()
    {
        using CacheRig rig = new();
        rig.Inner.Put(Table, Row("a", 1));
        rig.Inner.Holds = operation => operation is BatchGetItem;
        Task<Reply> batch = rig.Send(Batch("a"));
        rig.Inner.Held[0].Perform();
        await rig.Send(Put("a", 2));
        rig.Inner.Held[0].Release();
        Assert.That(Versions((BatchGetItemReply)await batch), Is.EqualTo(new[] { 1L }));
        Assert.That(VersionIn(await rig.Send(Get("a"))), Is.EqualTo(2));
    }

    [Test]
    public async Task BatchGetItem_ConsistentTable_PassesBy()
    {
        using CacheRig rig = new();
        rig.Inner.Put(Table, Row("a", 1));
        await rig.Send(Get("a"));
        rig.Inner.Put(Table, Row("a", 2));
        BatchGetItem.KeysAndAttributes wanted = new() { TableName = Table, Keys = [Key("a")], ConsistentRead = true };
        BatchGetItemReply reply = (BatchGetItemReply)await rig.Send(new BatchGetItem { Tables = [wanted] });
        Assert.That(Versions(reply), Is.EqualTo(new[] { 2L }));
        Assert.That(StatusOf(reply), Is.EqualTo("DaxProxy; fwd=bypass"));
    }

    [Test]
    public async Task BatchGetItem_WhoseAnswerLacksAKey_IsNoAnswer_AndNothingOfItIsKept([Values] bool isLeftUnprocessed)
    {
        using CacheRig rig = new();
        rig.Inner.Put(Table, Row("a", 1));
        AttributeMap keyless = new() { ["v"] = AttributeValue.FromString("lost") };
        rig.Inner.Instead = operation => operation is BatchGetItem batch
            ? new BatchGetItemReply
            {
                Responses = [new(Table, isLeftUnprocessed ? [] : [Item.FromAttributes(keyless)])],
                UnprocessedKeys = isLeftUnprocessed ? [batch.Tables[0].ForKeys([keyless], null)] : [],
            }
            : null;

        ErrorReply unusable = (ErrorReply)await rig.Send(Batch("a", "b"));
        rig.Inner.Instead = _ => null;

        Assert.That((unusable.Error.Name, unusable.Error.StatusCode), Is.EqualTo(("InternalServerError", 500)));
        Assert.That(rig.Cache.Count, Is.Zero, "that a and b are absent was not said");
        Assert.That(Versions((BatchGetItemReply)await rig.Send(Batch("a", "b"))), Is.EqualTo(new[] { 1L }));
        Assert.That(rig.Inner.CallsOf<DescribeTable>(), Is.EqualTo(2), "the table may be another one");
    }

    private static BatchGetItem Batch(params string[] keys) => Checked(new BatchGetItem
    {
        Tables = [new() { TableName = Table, Keys = [.. keys.Select(key => (Decoded<AttributeMap>)Key(key))] }],
        ReturnConsumedCapacity = ReturnConsumedCapacity.TOTAL,
    });

    private static long[] Versions(BatchGetItemReply reply) => [.. reply.Responses.Single().Value.Select(VersionOf).Order()];
}
