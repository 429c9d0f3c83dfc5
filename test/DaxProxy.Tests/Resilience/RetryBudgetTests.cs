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
        using ResilienceRig rig =
            new() { Answer = (_, _) => Task.FromResult(dice.Next(2) == 0 ? ResilienceRig.Throttled : ResilienceRig.Read) };
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
    public void Requests_ThatAreNotSent_EarnNothing()
    {
        using ResilienceRig rig = new(new ResilienceOptions { MaxConcurrency = 1, MaxQueue = 0, MaxAttempts = 2 });
        rig.Answering(ResilienceRig.Throttled);
        while (rig.Statistics.Denials == 0)
        {
            Task<Reply> spends = rig.Begin(ResilienceRig.Get());
            rig.PassUntil(() => spends.IsCompleted);
        }

        TaskCompletionSource<Reply> held = new();
        rig.Answer = (_, _) => held.Task;
        Task<Reply> holder = rig.Begin(ResilienceRig.Get());
        for (int i = 0; i < 1000; i++)
        {
            rig.Begin(ResilienceRig.Get()).Wait();
        }

        Assert.That(rig.Statistics.RefusedFull, Is.EqualTo(1000));
        held.SetResult(ResilienceRig.Read);
        holder.Wait();
        int before = rig.Arrived.Count;
        rig.Answering(ResilienceRig.Throttled);
        for (int i = 0; i < 5; i++)
        {
            Task<Reply> reply = rig.Begin(ResilienceRig.Get());
            rig.PassUntil(() => reply.IsCompleted);
        }

        Assert.That(rig.Arrived.Count - before, Is.LessThanOrEqualTo(6), "the backend has had no more requests than these");
    }

    [Test]
    public void Nothing_MayBeSentAgain_WithARatioOfZero()
    {
        using ResilienceRig rig = new ResilienceRig(new ResilienceOptions { RetryRatio = 0 }).Answering(ResilienceRig.Throttled);
        rig.Send("GetItem", "{'TableName':'T','Key':{'k':{'S':'a'}}}");
        Assert.That(rig.Arrived, Has.Count.EqualTo(1));
    }
}
