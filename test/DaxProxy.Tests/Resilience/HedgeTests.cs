using DaxProxy.Core.Operations;
using DaxProxy.Options;
using NUnit.Framework;

namespace DaxProxy.Tests.Resilience;

/// <summary>Reads that are sent a second time because the first answer is late.</summary>
public sealed class HedgeTests
{
    private static readonly ResilienceOptions Options = new() { HedgeAfter = TimeSpan.FromMilliseconds(100), MaxAttempts = 2 };
    private readonly List<(TaskCompletionSource<Reply> Answer, CancellationToken Token)> held = [];

    [SetUp]
    public void Clear() => held.Clear();

    [Test]
    public void Read_LateToBeAnswered_IsSentTwice_AndTheFirstAnswerCounts()
    {
        using ResilienceRig rig = Holding(Options);
        Task<Reply> reply = rig.Begin(ResilienceRig.Get());
        Assert.That(held, Has.Count.EqualTo(1));
        rig.PassUntil(() => held.Count == 2);
        Reply second = ResilienceRig.Read;
        held[1].Answer.SetResult(second);
        Assert.That(reply.Wait(TimeSpan.FromSeconds(30)));
        Assert.That(reply.Result, Is.SameAs(second));
        Assert.That(held[0].Token.IsCancellationRequested, "the other one is not needed");
        Assert.That((rig.Statistics.Hedges, rig.Statistics.HedgesWon), Is.EqualTo((1, 1)));
        rig.Time.Advance(10);
        Assert.That(held, Has.Count.EqualTo(2), "no third one");
    }

    [Test]
    public void Read_AnsweredAfterAll_ByTheFirst_WinsNothing()
    {
        using ResilienceRig rig = Holding(Options);
        Task<Reply> reply = rig.Begin(ResilienceRig.Get());
        rig.PassUntil(() => held.Count == 2);
        held[0].Answer.SetResult(ResilienceRig.Read);
        Assert.That(reply.Wait(TimeSpan.FromSeconds(30)));
        Assert.That((rig.Statistics.Hedges, rig.Statistics.HedgesWon), Is.EqualTo((1, 0)));
    }

    [Test]
    public void Read_ThatFailsOfTheTwo_WaitsForTheOther()
    {
        using ResilienceRig rig = Holding(Options);
        Task<Reply> reply = rig.Begin(ResilienceRig.Get());
        rig.PassUntil(() => held.Count == 2);
        held[1].Answer.SetResult(ResilienceRig.Throttled);
        held[0].Answer.SetResult(ResilienceRig.Read);
        Assert.That(reply.Wait(TimeSpan.FromSeconds(30)));
        Assert.That(reply.Result, Is.TypeOf<GetItemReply>());
        Assert.That(rig.Arrived, Has.Count.EqualTo(2));
    }

    [Test]
    public void Read_ThatFailsInTime_IsRepeatedByTheRetryAlone()
    {
        using ResilienceRig rig = new ResilienceRig(Options).Answering(ResilienceRig.Throttled, ResilienceRig.Read);
        Assert.That(rig.Send("GetItem", "{'TableName':'T','Key':{'k':{'S':'a'}}}"), Is.TypeOf<GetItemReply>());
        Assert.That((rig.Arrived.Count, rig.Statistics.Hedges, rig.Statistics.RetriesThrottled), Is.EqualTo((2, 0, 1)));
    }

    [Test]
    public void Read_IsSentTwice_OnlyIfTheBudgetHasRoom()
    {
        using ResilienceRig rig = Holding(Options with { RetryRatio = 0 });
        Task<Reply> reply = rig.Begin(ResilienceRig.Get());
        rig.Time.Advance(1);
        Assert.That(held, Has.Count.EqualTo(1));
        held[0].Answer.SetResult(ResilienceRig.Read);
        Assert.That(reply.Wait(TimeSpan.FromSeconds(30)));
    }

    [Test]
    public void Write_LateToBeAnswered_IsNeverSentTwice()
    {
        using ResilienceRig rig = Holding(Options);
        Task<Reply> reply = rig.Begin(ResilienceRig.Put());
        rig.Time.Advance(10);
        Assert.That(held, Has.Count.EqualTo(1));
        held[0].Answer.SetResult(ResilienceRig.Written);
        Assert.That(reply.Wait(TimeSpan.FromSeconds(30)));
    }

    private ResilienceRig Holding(ResilienceOptions options) => new(options)
    {
        Answer = (_, token) =>
        {
            TaskCompletionSource<Reply> answer = new();
            held.Add((answer, token));
            return answer.Task.WaitAsync(token);
        },
    };
}
