using DaxProxy.Core.Operations;
using DaxProxy.Options;
using DaxProxy.Resilience;
using NUnit.Framework;

namespace DaxProxy.Tests.Resilience;

/// <summary>How much of the backend one table gets.</summary>
public sealed class TableBulkheadTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Test]
    public void Table_WithAsManyRequestsAsItMay_LetsOthersWait_AndRefusesTheRest()
    {
        using ResilienceRig rig = new(new ResilienceOptions { MaxConcurrency = 2, MaxQueue = 1 });
        List<TaskCompletionSource<Reply>> held = [];
        rig.Answer = (_, _) =>
        {
            held.Add(new TaskCompletionSource<Reply>());
            return held[^1].Task;
        };
        Task<Reply>[] sent = [.. Enumerable.Range(0, 4).Select(_ => rig.Begin(ResilienceRig.Put()))];
        Assert.That(rig.Arrived, Has.Count.EqualTo(2));
        ErrorReply refused = (ErrorReply)sent[3].Result;
        Assert.That(
            (refused.Error.Name, refused.Error.StatusCode, refused.Effect), Is.EqualTo(("ThrottlingException", 400, KnownEffect.None)));
        Assert.That(rig.Statistics.RefusedFull, Is.EqualTo(1));
        Task<Reply> other = rig.Begin(ResilienceRig.Put("Other"));
        Assert.That(rig.Arrived, Has.Count.EqualTo(3), "another table has a share of its own");
        held[0].SetResult(ResilienceRig.Written);
        Assert.That(SpinWait.SpinUntil(() => rig.Arrived.Count == 4, Patience), "the place is taken by who waited");
        held.ForEach(one => one.TrySetResult(ResilienceRig.Written));
        Assert.That(Task.WaitAll([sent[0], sent[1], sent[2], other], Patience));
    }

    [Test]
    public void Wait_ForAPlace_EndsWhenNoAttemptCouldBegin()
    {
        using ResilienceRig rig = new(new ResilienceOptions { MaxConcurrency = 1 });
        TaskCompletionSource<Reply> held = new();
        rig.Answer = (_, _) => held.Task;
        Task<Reply> first = rig.Begin(ResilienceRig.Put()), second = rig.Begin(ResilienceRig.Put());
        rig.Time.Advance(4.9);
        Assert.That(second.IsCompleted, Is.False);
        rig.Time.Advance(0.2);
        Assert.That(second.Wait(Patience));
        Assert.That(((ErrorReply)second.Result).Error.Name, Is.EqualTo("ThrottlingException"));
        held.SetResult(ResilienceRig.Written);
        Assert.That(first.Wait(Patience));
        Assert.That(rig.Arrived, Has.Count.EqualTo(1));
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Backend_ThatFails_IsLeftAlone_AndTriedAgainLater(bool isNeverReached)
    {
        using ResilienceRig rig = new(new ResilienceOptions { MaxAttempts = 1, BreakMinimum = 10 });
        rig.Answering(isNeverReached ? ResilienceRig.NeverSent : ResilienceRig.Failed);
        for (int i = 0; i < 10; i++)
        {
            Assert.That(rig.Begin(ResilienceRig.Put()).Wait(Patience));
        }

        ErrorReply refused = (ErrorReply)rig.Begin(ResilienceRig.Put()).Result;
        Assert.That(
            (refused.Error.Name, refused.Error.StatusCode, refused.Effect), Is.EqualTo(("InternalServerError", 500, KnownEffect.None)));
        Assert.That(rig.Arrived, Has.Count.EqualTo(10), "nothing was sent");
        Assert.That((rig.Statistics.Breaks, rig.Statistics.OpenBreakers, rig.Statistics.RefusedBroken), Is.EqualTo((1, 1, 1)));
        rig.Begin(ResilienceRig.Put("Other")).Wait();
        Assert.That(rig.Arrived, Has.Count.EqualTo(11), "another table is not concerned");

        rig.Answering(ResilienceRig.Written);
        rig.Time.Advance(5.1);
        Assert.That(rig.Begin(ResilienceRig.Put()).Result, Is.TypeOf<WriteReply>());
        Assert.That(rig.Statistics.OpenBreakers, Is.Zero);
    }

    [Test]
    public void Trial_WhoseCallerGaveUp_ShowsNothing()
    {
        using ResilienceRig rig = new(new ResilienceOptions { MaxAttempts = 1, BreakMinimum = 10 });
        rig.Answering(ResilienceRig.Failed);
        for (int i = 0; i < 10; i++)
        {
            Assert.That(rig.Begin(ResilienceRig.Put()).Wait(Patience));
        }

        rig.Time.Advance(5.1);
        rig.Answer = async (_, cancelled) =>
        {
            await Task.Delay(Timeout.Infinite, cancelled);
            return ResilienceRig.Read;
        };
        using CancellationTokenSource caller = new();
        Task<Reply> trial = rig.Begin(ResilienceRig.Get(), caller.Token);
        Assert.That(rig.Arrived, Has.Count.EqualTo(11));
        caller.Cancel();
        Assert.That(() => trial.Wait(Patience), Throws.InnerException.InstanceOf<OperationCanceledException>());
        Assert.That(rig.Statistics.OpenBreakers, Is.EqualTo(1), "no call has seen the backend answer");
        Assert.That(((ErrorReply)rig.Begin(ResilienceRig.Put()).Result).Effect, Is.EqualTo(KnownEffect.None));
        Assert.That(rig.Arrived, Has.Count.EqualTo(11));
    }

    [Test]
    public void Throttles_DoNotCountAsFailures()
    {
        using ResilienceRig rig = new(new ResilienceOptions { MaxAttempts = 1, BreakMinimum = 10 });
        rig.Answering(ResilienceRig.Throttled);
        for (int i = 0; i < 30; i++)
        {
            rig.Begin(ResilienceRig.Put()).Wait();
        }

        Assert.That(rig.Arrived, Has.Count.EqualTo(30));
        Assert.That(rig.Statistics.Breaks, Is.Zero);
    }

    [Test]
    public void Write_MetByABreak_AfterOneWithoutAnAnswer_IsNotCalledRefused()
    {
        using ResilienceRig rig = new(
            new ResilienceOptions { BreakMinimum = 2, BreakDuration = TimeSpan.FromMinutes(10), TimeBudget = TimeSpan.FromMinutes(2) });
        rig.Answering(ResilienceRig.Failed);
        Task<Reply> sent = rig.Begin(ResilienceRig.Put());
        rig.PassUntil(() => rig.Arrived.Count == 2);

        // That it begins to refuse is told on another thread.
        Assert.That(SpinWait.SpinUntil(() => sent.IsCompleted || Pass(rig), Patience));
        ErrorReply reply = (ErrorReply)sent.Result;
        Assert.That((rig.Arrived.Count, rig.Statistics.RefusedBroken), Is.EqualTo((2, 1)), "the third attempt was refused here");
        Assert.That((reply.Error.StatusCode, reply.Effect), Is.EqualTo((500, KnownEffect.AsAnswered)), "but the first may have happened");
    }

    [Test]
    public void TableBulkheads_AreNoMoreThanTheirNumber_WhateverTheTables()
    {
        int made = 0;
        using ResilienceRig rig = new();
        using TableBulkheads bulkheads = new(_ =>
        {
            made++;
            return new TableBulkhead(rig, new ResilienceOptions(), new RetryBudget(0.1), rig.Statistics, static _ => { }, rig.Time);
        });
        for (int i = 0; i < 20_000; i++)
        {
            bulkheads.Of(new DescribeTable { TableName = $"table-{i}" });
        }

        Assert.That(made, Is.LessThanOrEqualTo(TableBulkheads.Count));
        const string Both = "{'RequestItems':{'A':{'Keys':[{'k':{'S':'a'}}]},'B':{'Keys':[{'k':{'S':'a'}}]}}}";
        const string One = "{'RequestItems':{'A':{'Keys':[{'k':{'S':'a'}}]}}}";
        Assert.That(bulkheads.Of(ResilienceRig.Decode("BatchGetItem", One)), Is.SameAs(bulkheads.Of(ResilienceRig.Get("A"))));
        Assert.That(
            bulkheads.Of(ResilienceRig.Decode("BatchGetItem", Both)),
            Is.SameAs(bulkheads.Of(ResilienceRig.Decode("BatchGetItem", Both.Replace("'B'", "'C'", StringComparison.Ordinal)))));
        Assert.That(bulkheads.Of(ResilienceRig.Get("A")), Is.SameAs(bulkheads.Of(ResilienceRig.Put("A"))));
    }

    private static bool Pass(ResilienceRig rig)
    {
        rig.Time.Advance(0.01);
        return false;
    }
}
