using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Tests.Caching.Checker;
using NUnit.Framework;
using static DaxProxy.Tests.Caching.CacheRig;

namespace DaxProxy.Tests.Caching.Queries;

/// <summary>Writes of one item that overlap, and the pages of an index that shows <c>u</c> of it.</summary>
[TestFixture]
public sealed class OverlappingWritesTests
{
    /// <summary>The page of the partition that the item is in.</summary>
    private static readonly Query Whole = Checked(new Query
    {
        TableName = "Nums",
        IndexName = "inc",
        KeyConditionExpression = "g = :g",
        Expressions = new(null, [Values.Bind(":g", AttributeValue.FromString("g0"))]),
    });

    /// <summary>The same, which returns no more than the key of what has the item's <c>u</c>.</summary>
    private static readonly Query Filtered = Checked(new Query
    {
        TableName = "Nums",
        IndexName = "inc",
        KeyConditionExpression = "g = :g",
        FilterExpression = "u = :u",
        ProjectionExpression = "p, s",
        Expressions = new(null, [Values.Bind(":g", AttributeValue.FromString("g0")), Values.Bind(":u", Values.Number(0))]),
    });

    private static readonly AttributeMap Key = new() { ["p"] = AttributeValue.FromString("p0"), ["s"] = Values.Number(0) };

    [Test]
    public void Delete_WhileAMoveIsNotAnswered_DropsThePageThatTheItemLeft() => Task.Run(static async () =>
    {
        // The item moves to another partition; before its writer is told, another client deletes it, which sees it there.
        Rig rig = await Rig.StartAsync();
        Task<Reply> move = rig.Send(Put("g1"));
        rig.Inner.Held.Single().Complete();
        await rig.FinishAsync(new DeleteItem { TableName = "Nums", Key = Key });
        Assert.That(await rig.CountAsync(), Is.Zero);
        await rig.ReleaseAsync(move);
    }).GetAwaiter().GetResult();

    [Test]
    public void Update_WhileAMoveIsNotAnswered_DropsThePageThatTheItemLeft([Values] bool isShown) => Task.Run(async () =>
    {
        // The update moves nothing, but its client may have seen the item where the other one had put it.
        Rig rig = await Rig.StartAsync();
        Task<Reply> move = rig.Send(Put("g1"));
        rig.Inner.Held.Single().Complete();
        await rig.FinishAsync(Set(isShown ? "u" : "v"));
        Assert.That(await rig.CountAsync(), Is.Zero);
        await rig.ReleaseAsync(move);
    }).GetAwaiter().GetResult();

    [Test]
    public void Updates_OfWhatTheIndexDoesNotShow_KeepItsPages() => Task.Run(static async () =>
    {
        Rig rig = await Rig.StartAsync();
        Task<Reply> first = rig.Send(Set("v")), second = rig.Send(Set("v"));
        await rig.ReleaseAsync(first);
        Assert.That(rig.IsCached);
        await rig.ReleaseAsync(second);
        Assert.That(rig.IsCached);
    }).GetAwaiter().GetResult();

    [Test]
    public void Update_OfWhatAFilterReads_DropsAPageThatDoesNotReturnIt() => Task.Run(static async () =>
    {
        Rig rig = await Rig.StartAsync(Filtered);
        await rig.FinishAsync(Set("u"));
        Assert.That(await rig.CountAsync(), Is.Zero);
    }).GetAwaiter().GetResult();

    private static PutItem Put(string group) => Checked(new PutItem { TableName = "Nums", Item = Row(group) });

    private static AttributeMap Row(string group) =>
        new(Key) { ["g"] = AttributeValue.FromString(group), ["n"] = Values.Number(1), ["u"] = Values.Number(0) };

    private static UpdateItem Set(string name) => Checked(new UpdateItem
    {
        TableName = "Nums",
        Key = Key,
        UpdateExpression = $"SET {name} = :x",
        Expressions = new(null, [Values.Bind(":x", Values.Number(2))]),
    });

    /// <summary>The caches, with a page cached.</summary>
    private sealed class Rig
    {
        private readonly CheckedCaches caches;
        private readonly Query query;

        private Rig(Query query)
        {
            this.query = query;
            caches = new CheckedCaches(Inner, 1, isSmall: false);
        }

        public HeldBackend Inner { get; } = new();

        public bool IsCached => Send(query).IsCompleted;

        public static async Task<Rig> StartAsync(Query? query = null)
        {
            Rig rig = new(query ?? Whole);
            rig.Inner.History.Change("Nums", TableState.Of(Design.Of("Nums").Describe("id")));
            rig.Inner.Write("Nums", Design.KeyOf("Nums", Key), Row("g0"));
            Assert.That(await rig.CountAsync(), Is.EqualTo(1));
            return rig;
        }

        public Task<Reply> Send(Operation operation) => caches.Backend.ExecuteAsync(operation, CancellationToken.None).AsTask();

        public async Task FinishAsync(WriteOperation write)
        {
            Task<Reply> answer = Send(Checked(write));
            Inner.Held[^1].Release();
            await answer;
        }

        /// <summary>The oldest call is answered.</summary>
        public async Task ReleaseAsync(Task<Reply> answer)
        {
            Inner.Held[0].Release();
            await answer;
        }

        public async Task<int> CountAsync()
        {
            Task<Reply> answer = Send(query);
            if (!answer.IsCompleted)
            {
                Inner.Held[^1].Release();
            }

            return ((PageReply)await answer).Count;
        }
    }
}
