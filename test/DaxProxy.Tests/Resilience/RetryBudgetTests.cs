using DaxProxy.Core.Operations;
using DaxProxy.Options;
using DaxProxy.Resilience;
using NUnit.Framework;

namespace DaxProxy.Tests.Resilience;

/// <summary>How much load attempts beyond the first add.</summary>
public sealed class RetryBudgetTests
{
    [Test]
    public void LongRun_WithHalfOfAllAttemptsThrottled_AddsATenthOfTheLoad([Values(1, 2, 3)] int seed)
    {
        const int Requests = 5000;
        Random dice = new(seed);
        using ResilienceRig rig = new() { Answer = (_, _) => Task.FromResult(dice.Next(2) == 0 ? ResilienceRig.Throttled : ResilienceRig.Read) };
        int served = 0;
        for (int i = 0; i < Requests; i++)
        {
            Task<Reply> reply = rig.Begin(ResilienceRig.Get());
            rig.PassUntil(() => reply.IsCompleted);
            served += reply.Result is GetItemReply ? 1 : 0;
        }

        int extra = rig.Arrived.Count - Requests;
        TestContext.Out.WriteLine($"{extra} further attempts for {Requests} requests, {served} served");
        Assert.That(extra, Is.LessThanOrEqualTo((Requests / 10) + RetryBudget.Burst));
        Assert.That(extra, Is.GreaterThan(Requests * 9 / 100), "what there is is used");
        Assert.That(rig.Statistics.Denials, Is.GreaterThan(0));
        Assert.That(rig.Statistics.RetriesThrottled, Is.EqualTo(extra));
    }

    [Test]
    public void Idleness_SavesUpNoMoreThanABurst()
    {
        RetryBudget budget = new(0.1);
        for (int i = 0; i < 1000; i++)
        {
            budget.Earn();
        }

        Assert.That(Enumerable.Range(0, 100).Count(_ => budget.TryTake()), Is.EqualTo(RetryBudget.Burst));
    }

    [Test]
    public void Nothing_MayBeSentAgain_WithARatioOfZero()
    {
        using ResilienceRig rig = new ResilienceRig(new ResilienceOptions { RetryRatio = 0 }).Answering(ResilienceRig.Throttled);
        rig.Send("GetItem", "{'TableName':'T','Key':{'k':{'S':'a'}}}");
        Assert.That(rig.Arrived, Has.Count.EqualTo(1));
    }
}
