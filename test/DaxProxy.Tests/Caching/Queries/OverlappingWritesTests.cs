using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Tests.Caching.Checker;
using NUnit.Framework;
using static DaxProxy.Tests.Caching.CacheRig;

namespace DaxProxy.Tests.Caching.Queries;

[TestFixture]
public sealed class OverlappingWritesTests
{
    [Test]
    public void Delete_WhileAMoveIsNotAnswered_DropsThePageThatTheItemLeft() => Task.Run(RunAsync).GetAwaiter().GetResult();

    private static async Task RunAsync()
    {
        HeldBackend inner = new();
        CheckedCaches caches = new(inner, 1, isSmall: false);
        AttributeMap key = new() { ["h"] = AttributeValue.FromString("h0") };
        AttributeMap item = new(key) { ["g"] = AttributeValue.FromString("g0"), ["n"] = Values.Number(1) };
        inner.History.Change("Plain", TableState.Of(Design.Of("Plain").Describe("id")));
        inner.Write("Plain", Design.KeyOf("Plain", key), item);
        Query query = Checked(new Query
        {
            TableName = "Plain",
            IndexName = "byG",
            KeyConditionExpression = "g = :g",
            Expressions = new(null, [Values.Bind(":g", AttributeValue.FromString("g0"))]),
        });
        Assert.That(await CountAsync(), Is.EqualTo(1));

        // The item moves to another partition; before its writer is told, somebody deletes it, who sees it there.
        Task<Reply> move = Send(Checked(new PutItem { TableName = "Plain", Item = new AttributeMap(item) { ["g"] = AttributeValue.FromString("g1") } }));
        inner.Held.Single().Complete();
        Task<Reply> delete = Send(Checked(new DeleteItem { TableName = "Plain", Key = key }));
        inner.Held[^1].Release();
        await delete;
        Assert.That(await CountAsync(), Is.Zero);
        inner.Held.Single().Release();
        await move;

        Task<Reply> Send(Operation operation) => caches.Backend.ExecuteAsync(operation, CancellationToken.None).AsTask();

        async Task<int> CountAsync()
        {
            Task<Reply> answer = Send(query);
            if (!answer.IsCompleted)
            {
                inner.Held[^1].Release();
            }

            return ((PageReply)await answer).Count;
        }
    }
}
