using DaxProxy.Core.Operations;
using DaxProxy.Options;
using NUnit.Framework;

namespace DaxProxy.Tests.Resilience;

/// <summary>What is sent again, and what the caller is told then.</summary>
internal sealed class RetryTests
{
    private const string Get = "{'TableName':'T','Key':{'k':{'S':'a'}}}";
    private const string Put = "{'TableName':'T','Item':{'k':{'S':'a'}}}";
    private const string PutIfAbsent = "{'TableName':'T','Item':{'k':{'S':'a'}},'ConditionExpression':'attribute_not_exists(k)'}";
    private const string Transaction = "{'TransactItems':[{'Put':{'TableName':'T','Item':{'k':{'S':'a'}}}}]}";

    private static IEnumerable<Reply> Passing => [ResilienceRig.Throttled, ResilienceRig.NeverSent, ResilienceRig.Failed];

    private static IEnumerable<Reply> WithoutEffect => [ResilienceRig.Throttled, ResilienceRig.NeverSent];

    [TestCaseSource(nameof(Passing))]
    public void Read_ThatFailed_IsSentAgain(Reply failure)
    {
        using ResilienceRig rig = new ResilienceRig().Answering(failure, failure, ResilienceRig.Read);
        Assert.That(rig.Send("GetItem", Get), Is.TypeOf<GetItemReply>());
        Assert.That(rig.Arrived, Has.Count.EqualTo(3));
    }

    [Test]
    public void Read_ThatFailsEachTime_EndsWithTheBackendsOwnError()
    {
        using ResilienceRig rig = new ResilienceRig().Answering(ResilienceRig.Throttled);
        Assert.That(((ErrorReply)rig.Send("GetItem", Get)).Error.Message, Is.EqualTo("slow down"));
        Assert.That(rig.Arrived, Has.Count.EqualTo(3));
        Assert.That(rig.Statistics.RetriesThrottled, Is.EqualTo(2));
    }

    [Test]
    public void Refusal_ThatWillBeTheSame_IsNotSentAgain()
    {
        using ResilienceRig rig = new ResilienceRig().Answering(ResilienceRig.ConditionFailed, ResilienceRig.Written);
        Assert.That(rig.Send("PutItem", PutIfAbsent), Is.TypeOf<ErrorReply>());
        Assert.That(rig.Arrived, Has.Count.EqualTo(1));
    }

    [TestCaseSource(nameof(WithoutEffect))]
    public void Write_ThatCertainlyDidNothing_IsSentAgain_AndItsAnswerIsExact(Reply failure)
    {
        using ResilienceRig rig = new ResilienceRig().Answering(failure, ResilienceRig.Written);
        Reply reply = rig.Send("PutItem", PutIfAbsent);
        Assert.That(reply, Is.TypeOf<WriteReply>());
        Assert.That(reply.Effect, Is.EqualTo(KnownEffect.AsAnswered));
        Assert.That(rig.Arrived, Has.Count.EqualTo(2));
    }

    [Test]
    public void Write_Idempotent_WithoutAnAnswer_IsSentAgain_AndItsEffectIsNotKnown()
    {
        WriteReply second = new() { Images = new WriteImages(null, null) };
        using ResilienceRig rig = new ResilienceRig().Answering(ResilienceRig.Failed, second);
        Reply reply = rig.Send("PutItem", Put);
        Assert.That(reply, Is.TypeOf<WriteReply>());
        Assert.That(reply.Effect, Is.EqualTo(KnownEffect.Unknown));
        Assert.That(second.Effect, Is.EqualTo(KnownEffect.AsAnswered), "replies do not change");
        Assert.That(rig.Statistics.RetriesUnknown, Is.EqualTo(1));
    }

    [Test]
    public void Write_Refused_AfterOneWithoutAnAnswer_IsNotCalledRefused()
    {
        foreach (Reply refusal in WithoutEffect)
        {
            using ResilienceRig rig = new ResilienceRig().Answering(ResilienceRig.Failed, refusal);
            ErrorReply reply = (ErrorReply)rig.Send("PutItem", Put);
            Assert.That((reply.Error.StatusCode, reply.Effect), Is.EqualTo((500, KnownEffect.AsAnswered)), "it may have happened");
            Assert.That(rig.Arrived, Has.Count.EqualTo(3));
        }
    }

    [TestCase("PutItem", Put)]
    [TestCase("TransactWriteItems", Transaction)]
    public void Write_RefusedForGood_AfterOneWithoutAnAnswer_IsNotCalledRefused(string operation, string json)
    {
        using ResilienceRig rig = new ResilienceRig().Answering(ResilienceRig.Failed, ResilienceRig.ConditionFailed);
        ErrorReply reply = (ErrorReply)rig.Send(operation, json);
        Assert.That(
            (reply.Error.StatusCode, reply.Effect), Is.EqualTo((500, KnownEffect.AsAnswered)),
            "the first one may have happened, or still arrive");
        Assert.That(rig.Arrived, Has.Count.EqualTo(2));
    }

    [TestCase("PutItem", PutIfAbsent)]
    [TestCase("PutItem", "{'TableName':'T','Item':{'k':{'S':'a'}},'ReturnValues':'ALL_OLD'}")]
    [TestCase(
        "UpdateItem", "{'TableName':'T','Key':{'k':{'S':'a'}},'UpdateExpression':'ADD n :n','ExpressionAttributeValues':{':n':{'N':'1'}}}")]
    public void Write_NotIdempotent_WithoutAnAnswer_IsNotSentAgain(string operation, string json)
    {
        using ResilienceRig rig = new ResilienceRig().Answering(ResilienceRig.Failed, ResilienceRig.Written);
        Assert.That(((ErrorReply)rig.Send(operation, json)).Error.StatusCode, Is.EqualTo(500));
        Assert.That(rig.Arrived, Has.Count.EqualTo(1));
    }

    [TestCase(RepeatedWrites.None, Put, 1)]
    [TestCase(RepeatedWrites.Idempotent, Put, 2)]
    [TestCase(RepeatedWrites.Idempotent, PutIfAbsent, 1)]
    [TestCase(RepeatedWrites.All, PutIfAbsent, 2)]
    public void Write_WithoutAnAnswer_IsSentAgain_AsTheOptionSays(RepeatedWrites which, string put, int attempts)
    {
        using ResilienceRig rig = new ResilienceRig(new ResilienceOptions { RepeatWrites = which }).Answering(
            ResilienceRig.Failed, ResilienceRig.Written);
        rig.Send("PutItem", put);
        Assert.That(rig.Arrived, Has.Count.EqualTo(attempts));
    }

    [Test]
    public void Transaction_WithoutAToken_IsSentWithOne_TheSameEachTime()
    {
        using ResilienceRig rig = new ResilienceRig().Answering(ResilienceRig.Failed, new TransactWriteItemsReply());
        Reply reply = rig.Send("TransactWriteItems", Transaction);
        string?[] tokens = [.. rig.Arrived.Select(sent => ((TransactWriteItems)sent).ClientRequestToken)];
        Assert.That(tokens, Has.Length.EqualTo(2));
        Assert.That(tokens[0], Is.Not.Null.And.EqualTo(tokens[1]));
        Assert.That(reply.Effect, Is.EqualTo(KnownEffect.Unknown));
        rig.Send("TransactWriteItems", Transaction);
        Assert.That(
            ((TransactWriteItems)rig.Arrived[2]).ClientRequestToken, Is.Not.EqualTo(tokens[0]), "another request is another transaction");
    }

    [Test]
    public void Transaction_WithAToken_KeepsIt()
    {
        using ResilienceRig rig = new ResilienceRig().Answering(ResilienceRig.Failed, new TransactWriteItemsReply());
        rig.Send("TransactWriteItems", Transaction.Replace("{'Tr", "{'ClientRequestToken':'mine','Tr", StringComparison.Ordinal));
        Assert.That(rig.Arrived.Select(sent => ((TransactWriteItems)sent).ClientRequestToken), Is.EqualTo(new[] { "mine", "mine" }));
    }

    [Test]
    public void OpaqueRequest_IsSentAgain_OnlyWhereItCertainlyDidNothing()
    {
        using ResilienceRig rig = new ResilienceRig().Answering(ResilienceRig.NeverSent, ResilienceRig.Failed, ResilienceRig.Written);
        Task<Reply> reply = rig.Begin(new Forwarded());
        rig.PassUntil(() => reply.IsCompleted);
        Assert.That(((ErrorReply)reply.Result).Error.StatusCode, Is.EqualTo(500));
        Assert.That(rig.Arrived, Has.Count.EqualTo(2));
    }

    [Test]
    public void Write_WhoseCallerIsGone_IsFinished_ButNotSentAgain()
    {
        using ResilienceRig rig = new();
        using CancellationTokenSource caller = new();
        TaskCompletionSource<Reply> answer = new();
        CancellationToken given = new(true);
        rig.Answer = (_, token) =>
        {
            given = token;
            return answer.Task;
        };
        Task<Reply> reply = rig.Begin(ResilienceRig.Put(), caller.Token);
        caller.Cancel();
        Assert.That(given.IsCancellationRequested, Is.False, "it goes on");
        answer.SetResult(ResilienceRig.Throttled);
        Assert.That(reply.Result, Is.TypeOf<ErrorReply>());
        Assert.That(rig.Arrived, Has.Count.EqualTo(1));
    }

    [Test]
    public void Read_WhoseCallerIsGone_Ends()
    {
        using ResilienceRig rig = new();
        using CancellationTokenSource caller = new();
        rig.Answer = async (_, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            return ResilienceRig.Read;
        };
        Task<Reply> reply = rig.Begin(ResilienceRig.Get(), caller.Token);
        caller.Cancel();
        Assert.That(async () => await reply, Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void Fault_OfTheBackend_ReachesTheCaller()
    {
        using ResilienceRig rig = new() { Answer = (_, _) => Task.FromException<Reply>(new IOException("broken")) };
        Assert.That(async () => await rig.Begin(ResilienceRig.Put()), Throws.InstanceOf<IOException>());
    }

    private sealed class Forwarded() : ForwardedOperation(TagResource.Definition, []);
}
