using DaxProxy.Core.Operations;
using DaxProxy.Options;
using NUnit.Framework;

namespace DaxProxy.Tests.Resilience;

/// <summary>How long a request takes with all its attempts and waits.</summary>
public sealed class TimeBudgetTests
{
    private static readonly ResilienceOptions Patient =
        new() { MaxAttempts = 10, BaseDelay = TimeSpan.FromSeconds(1), MaxDelay = TimeSpan.FromSeconds(3) };

    [Test]
    public void Read_WithoutAnAnswer_EndsWithTheBudget()
    {
        using ResilienceRig rig = new();
        rig.Answer = async (_, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            return ResilienceRig.Read;
        };
        Task<Reply> reply = rig.Begin(ResilienceRig.Get());
        rig.Time.Advance(24.9);
        Assert.That(reply.IsCompleted, Is.False);
        rig.Time.Advance(0.2);
        Assert.That(((ErrorReply)reply.Result).Error.Name, Is.EqualTo("InternalServerError"));
    }

    [Test]
    public void Read_FailingEachTime_EndsWithTheBudget_WithTheBackendsOwnError()
    {
        using ResilienceRig rig = new ResilienceRig(Patient).Answering(ResilienceRig.Throttled);
        long start = rig.Time.GetTimestamp();
        Task<Reply> reply = rig.Begin(ResilienceRig.Get());
        rig.PassUntil(() => reply.IsCompleted);
        Assert.That(((ErrorReply)reply.Result).Error.Message, Is.EqualTo("slow down"));
        Assert.That(rig.Time.GetElapsedTime(start), Is.LessThanOrEqualTo(Patient.TimeBudget));
        Assert.That(rig.Arrived, Has.Count.GreaterThan(3).And.Count.LessThanOrEqualTo(10));
    }

    [Test]
    public void Write_IsSentAgain_OnlyWhileItsOwnTimeStillFits()
    {
        using ResilienceRig rig = new(Patient);
        List<TimeSpan> begun = [];
        long start = rig.Time.GetTimestamp();
        rig.Answer = (_, _) =>
        {
            begun.Add(rig.Time.GetElapsedTime(start));
            return Task.FromResult(ResilienceRig.Throttled);
        };
        Task<Reply> reply = rig.Begin(ResilienceRig.Put());
        rig.PassUntil(() => reply.IsCompleted);
        Assert.That(begun, Has.Count.GreaterThan(1));
        Assert.That(begun[^1], Is.LessThanOrEqualTo(Patient.TimeBudget - ResilienceRig.RequestTimeout));
    }

    [Test]
    public void Write_InFlight_IsNotCutShort()
    {
        using ResilienceRig rig = new();
        TaskCompletionSource<Reply> answer = new();
        rig.Answer = (_, _) => answer.Task;
        Task<Reply> reply = rig.Begin(ResilienceRig.Put());
        rig.Time.Advance(60);
        Assert.That(reply.IsCompleted, Is.False);
        answer.SetResult(ResilienceRig.Written);
        Assert.That(reply.Result, Is.TypeOf<WriteReply>());
    }

    [Test]
    public void Write_WhoseTimeIsUp_IsNotSentAgain()
    {
        using ResilienceRig rig = new();
        TaskCompletionSource<Reply> answer = new();
        rig.Answer = (_, _) => answer.Task;
        Task<Reply> reply = rig.Begin(ResilienceRig.Put());
        rig.Time.Advance(20);
        answer.SetResult(ResilienceRig.Failed);
        Assert.That(reply.IsCompleted, "nothing is waited for");
        Assert.That(rig.Arrived, Has.Count.EqualTo(1));
    }
}
