using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;
using NUnit.Framework;
using static DaxProxy.Tests.Caching.CacheRig;

namespace DaxProxy.Tests.Caching;

[TestFixture]
public sealed class WriteFlowTests
{
    [Test]
    public async Task PutUpdateDelete_Alone_LeaveTheirImages()
    {
        using CacheRig rig = new();
        await rig.Send(Put("a", 1));
        Assert.That((VersionIn(await rig.Send(Get("a"))), rig.Inner.CallsOf<GetItem>()), Is.EqualTo((1L, 0)));
        UpdateItem update = Checked(new UpdateItem
        {
            TableName = Table,
            Key = Key("a"),
            UpdateExpression = "SET v = v + :one",
            Expressions = new(null, [new(":one", AttributeValue.FromNumber(Number.FromInt64(1)))]),
        });
        await rig.Send(update);
        Assert.That((VersionIn(await rig.Send(Get("a"))), rig.Inner.CallsOf<GetItem>()), Is.EqualTo((2L, 0)));
        await rig.Send(new DeleteItem { TableName = Table, Key = Key("a") });
        Assert.That((VersionIn(await rig.Send(Get("a"))), rig.Inner.CallsOf<GetItem>()), Is.EqualTo((0L, 0)));
        Assert.That(rig.Statistics.NegativeHits, Is.EqualTo(1));
    }

    [Test]
    public async Task Evict_OfAKeyBeingFetched_KeepsTheOldItemOut([Values] bool tableIsRenewed)
    {
        using CacheRig rig = new();
        await rig.Send(Put("a", 1));
        rig.Backend.EvictAll();
        rig.Inner.Holds = operation => operation is GetItem;
        Task<Reply> read = rig.Send(Get("a"));
        ScriptedBackend.ScriptedCall fetch = rig.Inner.Held.Single();
        fetch.Perform();

        // As the engine does it: the item is deleted past the cache, then the cache is told.
        await rig.Inner.ExecuteAsync(new DeleteItem { TableName = Table, Key = Key("a") }, CancellationToken.None);
        Assert.That(rig.Backend.Evict(Table, Key("a")));
        if (tableIsRenewed)
        {
            rig.Backend.EvictAll();
        }

        fetch.Release();
        await read;
        rig.Inner.Holds = _ => false;
        Assert.That(VersionIn(await rig.Send(Get("a"))), Is.Zero);
        Assert.That(rig.Faults, Is.Empty);
    }

    [Test]
    public async Task Note_OfADeletionAfterALaterPut_DoesNotBringTheAbsenceBack()
    {
        using CacheRig rig = new();
        await rig.Send(Put("a", 1));

        // The worst of backends: it deletes the item of itself, and says so after another one was put and acknowledged.
        await rig.Inner.ExecuteAsync(new DeleteItem { TableName = Table, Key = Key("a") }, CancellationToken.None);
        await rig.Send(Put("a", 2));
        rig.Backend.Note([BackgroundChange.OfItem(Table, Item.FromAttributes(Row("a", 1)), null)]);
        Assert.That(VersionIn(await rig.Send(Get("a"))), Is.EqualTo(2));
    }

    [Test]
    public async Task PutItem_ImageUnknown_LeavesTheKeyEmpty()
    {
        using CacheRig rig = new();
        rig.Inner.KnowsImages = false;
        await rig.Send(Get("a"));
        await rig.Send(Put("a", 1));
        Assert.That(StatusOf(await rig.Send(Get("a"))), Is.EqualTo("DaxProxy; fwd=miss; stored"));
    }

    [Test]
    public async Task PutItem_OverlappingWrites_LeaveTheKeyEmpty([Values] bool firstEndsFirst)
    {
        using CacheRig rig = new();
        await rig.Send(Get("a"));
        rig.Inner.Holds = operation => operation is PutItem;
        Task<Reply> first = rig.Send(Put("a", 1)), second = rig.Send(Put("a", 2));
        ScriptedBackend.ScriptedCall[] held = [.. rig.Inner.Held];
        held[1].Perform();
        held[0].Perform();
        held[firstEndsFirst ? 0 : 1].Release();
        held[firstEndsFirst ? 1 : 0].Release();
        await Task.WhenAll(first, second);
        Assert.That(rig.Cache.Count, Is.Zero);
        Assert.That(VersionIn(await rig.Send(Get("a"))), Is.EqualTo(1));
    }

    [Test]
    public async Task PutItem_OutcomeUnknown_NothingIsStoredForAWhile([Values] bool breaks)
    {
        using CacheRig rig = new();
        await rig.Send(Get("a"));
        rig.Inner.Holds = operation => operation is PutItem;
        Task<Reply> write = rig.Send(Put("a", 1));
        ScriptedBackend.ScriptedCall call = rig.Inner.Held.Single();
        if (breaks)
        {
            call.Break();
            Assert.That(async () => await write, Throws.InstanceOf<IOException>());
        }
        else
        {
            call.Release(new ErrorReply(TransportFaults.InternalServerError));
            await write;
        }

        rig.Inner.Holds = _ => false;
        Assert.That(StatusOf(await rig.Send(Get("a"))), Is.EqualTo("DaxProxy; fwd=miss"));
        await rig.Send(Put("a", 2));
        Assert.That(rig.Cache.Count, Is.Zero, "another write's image");
        call.Perform();
        rig.Time.Advance(1.999);
        Assert.That((VersionIn(await rig.Send(Get("a"))), rig.Cache.Count), Is.EqualTo((1L, 0)), "it arrived late");
        rig.Time.Advance(0.001);
        Assert.That(StatusOf(await rig.Send(Get("a"))), Is.EqualTo("DaxProxy; fwd=miss; stored"));
    }

    [Test]
    public async Task PutItem_BegunWhileAnotherMayStillArrive_IsNotStoredThoughItEndsLater()
    {
        using CacheRig rig = new();
        await rig.Send(Get("a"));
        rig.Inner.Holds = operation => operation is PutItem;
        Task<Reply> lost = rig.Send(Put("a", 1));
        ScriptedBackend.ScriptedCall late = rig.Inner.Held.Single();
        late.Break();
        Assert.That(async () => await lost, Throws.InstanceOf<IOException>());
        rig.Time.Advance(1.999);
        Task<Reply> second = rig.Send(Put("a", 2));
        ScriptedBackend.ScriptedCall call = rig.Inner.Held.Single();
        call.Perform();
        late.Perform();
        rig.Time.Advance(0.001);
        call.Release();
        await second;
        Assert.That(VersionIn(await rig.Send(Get("a"))), Is.EqualTo(1), "the first came last");
    }

    [Test]
    public async Task PutItem_SentTwice_OfWhichOneMayStillArrive_IsNotStoredForAWhile([Values] bool isRefused)
    {
        using CacheRig rig = new();
        await rig.Send(Get("a"));
        rig.Inner.Holds = operation => operation is PutItem;
        Task<Reply> write = rig.Send(Put("a", 1));
        ScriptedBackend.ScriptedCall call = rig.Inner.Held.Single();
        Reply answer = isRefused
            ? new ErrorReply(TableFaults.ConditionFailed)
            : new WriteReply { Images = new WriteImages(null, Item.FromAttributes(Row("a", 1))) };
        call.Release(answer.WithEffect(KnownEffect.Unknown));
        await write;
        rig.Inner.Holds = _ => false;
        Assert.That((StatusOf(await rig.Send(Get("a"))), rig.Cache.Count), Is.EqualTo(("DaxProxy; fwd=miss", 0)));
        await rig.Send(Put("a", 2));
        call.Perform();
        rig.Time.Advance(1.999);
        Assert.That((VersionIn(await rig.Send(Get("a"))), rig.Cache.Count), Is.EqualTo((1L, 0)), "the first one arrived late");
        rig.Time.Advance(0.001);
        Assert.That(StatusOf(await rig.Send(Get("a"))), Is.EqualTo("DaxProxy; fwd=miss; stored"));
    }

    [Test]
    public async Task PutItem_ThatNeverLeft_ChangesNothing([Values] bool isBatch)
    {
        using CacheRig rig = new();
        rig.Inner.Put(Table, Row("a", 1));
        await rig.Send(Get("a"));
        rig.Inner.Instead = operation => operation is PutItem or BatchWriteItem
            ? new ErrorReply(TransportFaults.InternalServerError) { Effect = KnownEffect.None }
            : null;
        Operation put = isBatch
            ? new BatchWriteItem { Writes = [new BatchWriteItem.WriteRequest { TableName = Table, Item = Row("a", 2) }] }
            : Put("a", 2);
        await rig.Send(put);
        Assert.That(StatusOf(await rig.Send(Get("a"))), Does.StartWith("DaxProxy; hit"));
    }

    [Test]
    public async Task PutItem_Refused_ChangesNothing_ButAFailedConditionDrops()
    {
        using CacheRig rig = new();
        rig.Inner.Put(Table, Row("a", 1));
        await rig.Send(Get("a"));
        rig.Inner.Instead = operation => operation is PutItem ? new ErrorReply(RequestFaults.ItemTooLarge) : null;
        await rig.Send(Put("a", 2));
        Assert.That(rig.Cache.Count, Is.EqualTo(1));
        rig.Inner.Instead = operation => operation is PutItem ? new ErrorReply(TableFaults.ConditionFailed) : null;
        await rig.Send(Put("a", 2));
        Assert.That(rig.Cache.Count, Is.Zero);
    }

    [Test]
    public async Task PutItem_ByArn_DropsTheKeyOfThePlainName()
    {
        using CacheRig rig = new();
        const string Arn = "arn:aws:dynamodb:eu-west-1:1:table/T";
        rig.Inner.AddTable(Arn, new KeySchema("k", AttributeType.S));
        await rig.Send(Get("a"));
        await rig.Send(new PutItem { TableName = Arn, Item = Row("a", 1) });
        Assert.That(rig.Cache.Count, Is.Zero);
        Reply byArn = await rig.Send(new GetItem { TableName = Arn, Key = Key("a") });
        Assert.That(StatusOf(byArn), Is.EqualTo("DaxProxy; fwd=bypass"));
    }

    [Test]
    public async Task PutItem_TableCannotBeDescribed_VoidsWhatOthersCached()
    {
        using CacheRig rig = new();
        rig.Inner.Put(Table, Row("a", 1));
        rig.Inner.Instead = operation => operation is DescribeTable ? new ErrorReply(TransportFaults.InternalServerError) : null;
        rig.Inner.Holds = operation => operation is PutItem;
        Task<Reply> write = rig.Send(Put("a", 2));
        rig.Inner.Instead = _ => null;
        Reply during = await rig.Send(Get("a"));
        Assert.That((VersionIn(during), StatusOf(during)), Is.EqualTo((1L, "DaxProxy; fwd=miss; stored")));
        rig.Inner.Held.Single().Release();
        await write;
        Assert.That(VersionIn(await rig.Send(Get("a"))), Is.EqualTo(2));
    }

    [Test]
    public async Task BatchWriteItem_FencesEachKey_AndStoresTheirImages()
    {
        using CacheRig rig = new();
        rig.Inner.Put(Table, Row("b", 1));
        await rig.Send(Get("b"));
        BatchWriteItem batch = new()
        {
            Writes =
            [
                new() { TableName = Table, Item = (Decoded<AttributeMap>)Row("a", 5) },
                new() { TableName = Table, Key = (Decoded<AttributeMap>)Key("b") },
            ],
        };
        await rig.Send(batch);
        Assert.That((VersionIn(await rig.Send(Get("a"))), VersionIn(await rig.Send(Get("b")))), Is.EqualTo((5L, 0L)));
        Assert.That(rig.Inner.CallsOf<GetItem>(), Is.EqualTo(1));
        rig.Inner.KnowsImages = false;
        await rig.Send(batch);
        Assert.That(rig.Cache.Count, Is.Zero);
    }

    [Test]
    public async Task DeleteTable_AndCreateAgain_NothingOldIsServed()
    {
        using CacheRig rig = new();
        rig.Inner.Put(Table, Row("a", 1));
        await rig.Send(Get("a"));
        rig.Inner.Holds = operation => operation is GetItem;
        Task<Reply> late = rig.Send(Get("a2"));
        rig.Inner.Put(Table, Row("c", 1));
        Task<Reply> later = rig.Send(Get("c"));
        rig.Inner.Held[1].Perform();
        rig.Inner.Holds = _ => false;
        await rig.Send(new DeleteTable { TableName = Table });
        Assert.That(await rig.Send(Get("a")), Is.InstanceOf<ErrorReply>());
        await rig.Send(new CreateTable { TableName = Table, KeySchema = [new KeySchemaElement("k", "HASH")], AttributeDefinitions = [] });
        rig.Inner.Held[1].Release();
        rig.Inner.Held[0].Release();
        await Task.WhenAll(late, later);
        Assert.That((VersionIn(await rig.Send(Get("a"))), VersionIn(await rig.Send(Get("c")))), Is.EqualTo((0L, 0L)));
    }

    /// <summary>
    /// A writer had found its key. Then the table was evicted, and the item was cached again. The stress test found this.
    /// </summary>
    [Test]
    public async Task BatchWriteItem_TableEvictedBeforeTheFenceIsRaised_StillReplacesWhatIsCached()
    {
        using CacheRig rig = new();
        rig.Inner.AddTable("U", new KeySchema("k", AttributeType.S));
        rig.Inner.Put(Table, Row("a", 1));
        await rig.Send(Get("a"));
        rig.Inner.Holds = operation => operation is DescribeTable;
        Task<Reply> write = rig.Send(new BatchWriteItem
        {
            Writes =
            [
                new() { TableName = Table, Item = (Decoded<AttributeMap>)Row("a", 2) },
                new() { TableName = "U", Key = (Decoded<AttributeMap>)Key("a") },
            ],
        });
        rig.Backend.EvictAll();
        Assert.That(VersionIn(await rig.Send(Get("a"))), Is.EqualTo(1));
        rig.Inner.Held.Single().Release();
        await write;
        Assert.That(VersionIn(await rig.Send(Get("a"))), Is.EqualTo(2));
    }
}
