using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Operations.Streams;
using DaxProxy.Memory;
using DaxProxy.Options;
using DaxProxy.Tests.Caching;
using NUnit.Framework;

namespace DaxProxy.Tests.Memory;

public sealed class AnswerGateTests
{
    private const long MB = 1 << 20, MostOfABatch = AnswerGate.BytesPerItemByte * 16 * MB;

    private readonly ManualTime time = new();

    [Test]
    public async Task FirstReads_CountAsMuchAsTheirAnswersCanBe()
    {
        AnswerGate gate = GateOf(2 * MostOfABatch, 4 * MostOfABatch);
        using InFlightShare? first = await gate.TryTakeAsync(Batch(100), default), second = await gate.TryTakeAsync(Batch(41), default);
        Task<InFlightShare?> third = gate.TryTakeAsync(Batch(1), default).AsTask();
        Assert.That((gate.Budget.TakenBytes, third.IsCompleted), Is.EqualTo((2 * MostOfABatch, false)));
        first!.Dispose();
        Assert.That(await third, Is.Not.Null);
        Assert.That(gate.Budget.TakenBytes, Is.EqualTo(MostOfABatch + (AnswerGate.BytesPerItemByte * 400 * 1024)));
    }

    [Test]
    public async Task Read_ThatFindsNoMemoryInTime_GetsNoShareAndLeavesNothingBehind()
    {
        AnswerGate gate = GateOf(MostOfABatch, MostOfABatch);
        InFlightShare? held = await gate.TryTakeAsync(Batch(100), default);
        Task<InFlightShare?> late = gate.TryTakeAsync(Batch(100), default).AsTask();
        time.Advance(InFlightBudget.Patience.TotalSeconds);
        Assert.That(await late, Is.Null);
        held!.Dispose();
        Assert.That(() => gate.Budget.TakenBytes, Is.Zero.After(20_000, 5), "once what it left has been swept");
        Assert.That(gate.Budget.Waiting, Is.Zero);
    }

    [Test]
    public async Task SmallAnswer_GivesItsShareBackBeforeItIsSent()
    {
        AnswerGate gate = GateOf(MostOfABatch, MostOfABatch);
        using InFlightShare? share = await gate.TryTakeAsync(Batch(100), default);
        gate.Settle(share!, Batch(100), Answer(100, 600));
        Assert.That(gate.Budget.TakenBytes, Is.Zero);
    }

    [Test]
    public async Task LargeAnswer_HoldsWhatItNeedsUntilItHasBeenSent()
    {
        AnswerGate gate = GateOf(MostOfABatch, MostOfABatch);
        InFlightShare? share = await gate.TryTakeAsync(Batch(100), default);
        Reply answer = Answer(10, 100_000);
        gate.Settle(share!, Batch(100), answer);
        Assert.That(gate.Budget.TakenBytes, Is.EqualTo(AnswerGate.BytesPerItemByte * answer.ItemBytes).And.EqualTo(3_000_000));
        share!.Dispose();
        Assert.That(gate.Budget.TakenBytes, Is.Zero);
    }

    /// <summary>What the defaults give on machines of these sizes.</summary>
    [TestCase(100, 16)]
    [TestCase(25, 8)]
    [TestCase(10, 4)]
    public async Task HundredBatchesOfSmallItemsAtOnce_AfterSomeDozens_DoNotWait(int keys, int machineGB)
    {
        long available = (long)machineGB << 30;
        AnswerGate gate = AnswerGate.Beside(
            new InFlightBudget(new ListenOptions().EffectiveMaxBytesInFlight(available), time), available, time);
        await LearnAsync(gate, keys, itemBytes: 600);
        for (int batch = 0; batch < 100; batch++)
        {
            Assert.That(gate.TryTakeAsync(Batch(keys), default).AsTask().IsCompleted, $"number {batch}");
        }
    }

    [Test]
    public async Task ReadsAtOnce_WhateverWasReadBefore_AreSoFewThatAtTheirLargestTheyFitIntoTheWorst()
    {
        AnswerGate gate = GateOf(MostOfABatch, 4 * MostOfABatch);
        await LearnAsync(gate, 100, itemBytes: 1);
        int letIn = 0;
        for (; gate.TryTakeAsync(Batch(100), default).AsTask().IsCompleted; letIn++)
        {
        }

        Assert.That(letIn, Is.EqualTo(4));
    }

    [Test]
    public async Task AnswerLargerThanForeseen_GoesOnAndKeepsTheNextOnesOutUntilItHasBeenSent()
    {
        AnswerGate gate = GateOf(MostOfABatch, 4 * MostOfABatch);
        await LearnAsync(gate, 100, itemBytes: 600);
        InFlightShare first = (await gate.TryTakeAsync(Batch(100), default))!, second = (await gate.TryTakeAsync(Batch(100), default))!;
        gate.Settle(first, Batch(100), Answer(40, 400_000));
        gate.Settle(second, Batch(100), Answer(40, 400_000));
        Assert.That(gate.Budget.TakenBytes, Is.GreaterThan(gate.Budget.MaxBytes));
        Task<InFlightShare?> third = gate.TryTakeAsync(Batch(100), default).AsTask();
        Task<InFlightShare?> fourth = gate.TryTakeAsync(Batch(100), default).AsTask();
        first.Dispose();
        Assert.That(third.IsCompleted, Is.False);
        second.Dispose();
        Assert.That(await third, Is.Not.Null);
        Assert.That(fourth.IsCompleted, Is.False, "one large answer makes all that follow count as much");
    }

    [Test]
    public void Gate_IsForOperationsWhoseAnswersCanBeLarge()
    {
        Assert.That(AnswerGate.IsFor(Transaction(returnsItems: true)), "all items that failed");
        Assert.That(AnswerGate.IsFor(Transaction(returnsItems: false)), Is.False);
        Assert.That(AnswerGate.IsFor(new ExecuteStatement { Statement = "/* all */ SELECT * FROM t" }));
        Assert.That(AnswerGate.IsFor(new ExecuteStatement { Statement = "--\nselect * from t" }));
        Assert.That(AnswerGate.IsFor(new ExecuteStatement { Statement = "DELETE FROM t WHERE k = 1 RETURNING ALL OLD *" }));
        Assert.That(AnswerGate.IsFor(new ExecuteStatement { Statement = "DELETE FROM t WHERE k = 1" }), Is.False);
        AttributeMap key = new() { ["k"] = AttributeValue.FromString("a") };
        Assert.That(AnswerGate.IsFor(new UpdateItem { TableName = "t", Key = key, ReturnValues = ReturnValues.ALL_NEW }));
        Assert.That(AnswerGate.IsFor(new DeleteItem { TableName = "t", Key = key, ReturnItemOnConditionFailure = true }));
        Assert.That(AnswerGate.IsFor(new PutItem { TableName = "t", Item = key }), Is.False);
        Assert.That(AnswerGate.IsFor(new GetRecords { ShardIterator = "i" }));
        Assert.That(AnswerGate.IsFor(new Query { TableName = "t" }));
        Assert.That(AnswerGate.IsFor(new Scan { TableName = "t" }));
        Assert.That(AnswerGate.IsFor(Batch(1)));
        Assert.That(AnswerGate.IsFor(new ExecuteStatement { Statement = " select * from t" }));
        Assert.That(AnswerGate.IsFor(new ExecuteStatement { Statement = "INSERT INTO t VALUE {'a':1}" }), Is.False);
        Assert.That(
            AnswerGate.IsFor(new GetItem { TableName = "t", Key = new AttributeMap() }), Is.False, "thousands may wait for one fetch");
    }

    private static TransactWriteItems Transaction(bool returnsItems) => new()
    {
        Actions = [new ConditionCheck { TableName = "t", Key = new AttributeMap(), ReturnItemOnConditionFailure = returnsItems }],
    };

    private static BatchGetItem Batch(int keys) => new()
    {
        Tables =
        [
            new BatchGetItem.KeysAndAttributes
            {
                TableName = "t",
                Keys = [.. Enumerable.Repeat<Decoded<AttributeMap>>(new AttributeMap(), keys)],
            },
        ],
    };

    private static BatchGetItemReply Answer(int items, int itemBytes) => new()
    {
        Responses = [new("t", [.. Enumerable.Repeat(Item.FromJson(new byte[itemBytes], itemBytes), items)])],
    };

    private static async Task LearnAsync(AnswerGate gate, int keys, int itemBytes)
    {
        for (int batch = 0; batch < 60; batch++)
        {
            using InFlightShare? share = await gate.TryTakeAsync(Batch(keys), default);
            gate.Settle(share!, Batch(keys), Answer(keys, itemBytes));
        }
    }

    private AnswerGate GateOf(long bytes, long worstBytes) => new(new InFlightBudget(bytes, time), worstBytes);
}
