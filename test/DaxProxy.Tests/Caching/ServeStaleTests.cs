using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Options;
using NUnit.Framework;
using static DaxProxy.Tests.Caching.CacheRig;

namespace DaxProxy.Tests.Caching;

/// <summary>
/// What is known past the end of its life is answered where the backend fails: within a bound, marked, and never older than an acknowledged
/// write.
/// </summary>
[TestFixture(false)]
[TestFixture(true)]
public sealed class ServeStaleTests(bool isQuery)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly ErrorReply Outage = new(TransportFaults.InternalServerError);

    [TestCase("ProvisionedThroughputExceededException", 400, "throttled")]
    [TestCase("ThrottlingException", 400, "throttled")]
    [TestCase("RequestLimitExceeded", 400, "throttled")]
    [TestCase("InternalServerError", 500, "status 500")]
    [TestCase("ServiceUnavailable", 503, "status 503")]
    public async Task KnownPastItsEnd_WhileTheBackendFails_IsAnswered_MarkedAndCounted(string error, int status, string reason)
    {
        using StackRig rig = await StartEndedAsync();
        rig.Inner.Failure = Failure(error, status);
        Reply stale = await rig.ReadAsync(isQuery);
        Assert.That((StackRig.VersionIn(stale), StatusOf(stale)), Is.EqualTo((1L, $"DaxProxy; hit; ttl=-20; detail=\"stale, {reason}\"")));
        Assert.That(StaleHitsIn(rig), Is.EqualTo(1));
    }

    [Test]
    public async Task KnownPastItsEnd_WhileTheBackendGivesNoAnswer_IsAnswered()
    {
        using StackRig rig = await StartEndedAsync();
        TaskCompletionSource gate = rig.Inner.Gate = new();
        gate.SetException(new IOException("broken"));
        Assert.That(StatusOf(await rig.ReadAsync(isQuery)), Is.EqualTo("DaxProxy; hit; ttl=-20; detail=\"stale, no answer\""));
    }

    [TestCase("ValidationException", 400)]
    [TestCase("ResourceNotFoundException", 400)]
    [TestCase("AccessDeniedException", 400)]
    [TestCase("ItemCollectionSizeLimitExceededException", 400)]
    public async Task Refusals_ArePassedOn(string error, int status)
    {
        using StackRig rig = await StartEndedAsync();
        rig.Inner.Failure = Failure(error, status);
        Assert.That(((ErrorReply)await rig.ReadAsync(isQuery)).Error.Name, Is.EqualTo(error));
    }

    [Test]
    public async Task Bound_IsKept_AndRecoveryIsSeenAtOnce()
    {
        using StackRig rig = await StartEndedAsync();
        await rig.PutBehindAsync(2);
        rig.Inner.Failure = Outage;
        rig.Time.Advance(29.9);
        Assert.That(StatusOf(await rig.ReadAsync(isQuery)), Does.StartWith("DaxProxy; hit; ttl=-50;"));
        rig.Time.Advance(0.1);
        Assert.That(await rig.ReadAsync(isQuery), Is.TypeOf<ErrorReply>());
        rig.Inner.Failure = null;
        Reply fresh = await rig.ReadAsync(isQuery);
        Assert.That((StackRig.VersionIn(fresh), StatusOf(fresh)), Is.EqualTo((2L, "DaxProxy; fwd=miss; stored")));
    }

    [TestCase("ServeStale", "0")]
    [TestCase("DaxCompatible", "true")]
    public async Task SwitchedOff_TheFailureIsPassedOn(string option, string value)
    {
        string path = option == "ServeStale" ? $"{(isQuery ? "QueryCache" : "ItemCache")}:{option}" : $"Tables:Log:{option}";
        using StackRig rig = await StartEndedAsync((path, value));
        rig.Inner.Failure = Outage;
        Assert.That(await rig.ReadAsync(isQuery), Is.TypeOf<ErrorReply>());
    }

    [Test]
    public async Task ConsistentRead_IsNeverAnsweredFromBefore()
    {
        using StackRig rig = await StartEndedAsync();
        rig.Inner.Failure = Outage;
        Assert.That(await ReadAsync(rig, ",'ConsistentRead':true"), Is.TypeOf<ErrorReply>());
        Assert.That(await ReadAsync(rig, ""), Is.Not.TypeOf<ErrorReply>());
    }

    [Test]
    public async Task WriteWhileItIsFetched_IsNotFollowedByWhatWasBefore([Values] bool isLost)
    {
        using StackRig rig = await StartEndedAsync();
        TaskCompletionSource gate = rig.Inner.Gate = new();
        rig.Inner.Failure = Outage;
        Task<Reply> late = rig.ReadAsync(isQuery);
        StackRig.Await(() => rig.Inner.Reads == 2);
        if (isLost)
        {
            rig.Inner.LosesWrites = true;
            Assert.That(await rig.PutAsync(2), Is.TypeOf<ErrorReply>());
        }
        else
        {
            await rig.PutAsync(2);
        }

        rig.Inner.Gate = null;
        gate.SetResult();
        Assert.That(await late, Is.TypeOf<ErrorReply>());
        if (isLost || isQuery)
        {
            Assert.That(await rig.ReadAsync(isQuery), Is.TypeOf<ErrorReply>(), "nor is it answered later");
        }
    }

    [Test]
    public async Task EvictionWhileItIsFetched_LeavesNothingToAnswer()
    {
        using StackRig rig = await StartEndedAsync();
        TaskCompletionSource gate = rig.Inner.Gate = new();
        rig.Inner.Failure = Outage;
        Task<Reply> late = rig.ReadAsync(isQuery);
        StackRig.Await(() => rig.Inner.Reads == 2);
        rig.Caching.Backend.EvictAll();
        gate.SetResult();
        Assert.That(await late, Is.TypeOf<ErrorReply>());
    }

    [Test]
    public async Task ThoseWhoWaitForOneFetch_AreAllAnswered()
    {
        using StackRig rig = await StartEndedAsync();
        TaskCompletionSource gate = rig.Inner.Gate = new();
        rig.Inner.Failure = Outage;
        Task<Reply>[] all = [rig.ReadAsync(isQuery), rig.ReadAsync(isQuery), rig.ReadAsync(isQuery)];
        StackRig.Await(() => rig.Inner.Reads == 2);
        gate.SetResult();
        foreach (Task<Reply> one in all)
        {
            Assert.That(StackRig.VersionIn(await one), Is.EqualTo(1));
        }

        Assert.That((rig.Inner.Reads, StaleHitsIn(rig)), Is.EqualTo((2, 3L)));
    }

    [Test]
    public async Task Capacity_IsNone_AndAnExplanationSharesTheDetail()
    {
        using StackRig rig = await StartEndedAsync();
        rig.Inner.Failure = Outage;
        Reply stale = await ReadAsync(rig, ",'ReturnConsumedCapacity':'TOTAL'");
        ConsumedCapacity? capacity = stale is PageReply page ? page.ConsumedCapacity : ((GetItemReply)stale).ConsumedCapacity;
        Assert.That(capacity!.TotalUnits, Is.Zero);
        Explanation why = new();
        why.Say("known");
        Assert.That(
            stale.Cache!.Value.With(why).ToString(), Is.EqualTo("DaxProxy; hit; ttl=-20; detail=\"stale, status 500, known\""),
            "one detail");
    }

    [Test]
    public async Task Absence_IsAnsweredToo()
    {
        using StackRig rig = await StartAsync();
        await rig.ReadAsync(isQuery);
        rig.Time.Advance(isQuery ? 120 : 50);
        rig.Inner.Failure = Outage;
        Reply stale = await rig.ReadAsync(isQuery);
        Assert.That((StackRig.VersionIn(stale), StatusOf(stale)), Is.EqualTo((0L, "DaxProxy; hit; ttl=-20; detail=\"stale, status 500\"")));
    }

    [Test]
    public async Task KnownPastItsEnd_WhileTheBackendHangs_IsAnsweredSoon_AndWhatComesLateIsKept()
    {
        using StackRig rig = await StartEndedAsync();
        await rig.PutBehindAsync(2);
        TaskCompletionSource gate = rig.Inner.Gate = new();
        Task<Reply> first = rig.ReadAsync(isQuery);
        StackRig.Await(() => rig.Inner.Reads == 2);
        rig.Time.Advance(0.9);
        Assert.That(first.IsCompleted, Is.False, "it may be but slow");
        rig.Time.Advance(0.1);
        Reply stale = await first.WaitAsync(Patience);
        Assert.That(
            (StackRig.VersionIn(stale), StatusOf(stale)), Is.EqualTo((1L, "DaxProxy; hit; ttl=-21; detail=\"stale, no answer yet\"")));
        Assert.That(
            StackRig.VersionIn(await rig.ReadAsync(isQuery).WaitAsync(Patience)), Is.EqualTo(1),
            "no reader waits as long again for the same fetch");
        Assert.That((rig.Inner.Reads, StaleHitsIn(rig)), Is.EqualTo((2, 2L)));
        rig.Inner.Gate = null;
        gate.SetResult();
        StackRig.Await(() => StackRig.VersionIn(rig.ReadAsync(isQuery).Result) == 2);
        Assert.That(rig.Inner.Reads, Is.EqualTo(2), "it came from the fetch that was late");
    }

    [Test]
    public async Task WriteWhileTheBackendHangs_IsNotFollowedByWhatWasBefore()
    {
        using StackRig rig = await StartEndedAsync();
        TaskCompletionSource gate = rig.Inner.Gate = new();
        Task<Reply> late = rig.ReadAsync(isQuery);
        StackRig.Await(() => rig.Inner.Reads == 2);
        await rig.PutAsync(2);
        rig.Time.Advance(1.5);
        Assert.That(late.IsCompleted, Is.False, "there is nothing that it may be answered with");
        Task<Reply> later = rig.ReadAsync(isQuery);
        rig.Time.Advance(1.5);
        gate.SetResult();
        Assert.That(StackRig.VersionIn(await later.WaitAsync(Patience)), Is.EqualTo(2));
        await late.WaitAsync(Patience);
    }

    [Test]
    public async Task NothingKnown_WhileTheBackendHangs_IsWaitedFor()
    {
        using StackRig rig = await StartAsync();
        await rig.PutBehindAsync(1);
        TaskCompletionSource gate = rig.Inner.Gate = new();
        Task<Reply> read = rig.ReadAsync(isQuery);
        rig.Time.Advance(20);
        Assert.That(read.IsCompleted, Is.False);
        gate.SetResult();
        Assert.That(StackRig.VersionIn(await read.WaitAsync(Patience)), Is.EqualTo(1));
    }

    private static ErrorReply Failure(string name, int status) => new(DynamoError.Modelled(name, "no") with { StatusCode = status });

    private static Task<StackRig> StartAsync(params (string Path, string Value)[] more)
    {
        OptionsLoader loader = new();
        foreach ((string path, string value) in ((string, string)[])[
            ("ItemCache:TimeToLive", "100"), ("ItemCache:ServeStale", "50"), ("QueryCache:TimeToLive", "100"),
            ("QueryCache:ServeStale", "50"), .. more])
        {
            loader.AddArgument(path, value, path);
        }

        return StackRig.StartAsync(loader.Build()!);
    }

    /// <summary>The item's first version was read, and its life has ended twenty seconds ago.</summary>
    private async Task<StackRig> StartEndedAsync(params (string Path, string Value)[] more)
    {
        StackRig rig = await StartAsync(more);
        await rig.PutBehindAsync(1);
        await rig.ReadAsync(isQuery);
        rig.Time.Advance(120);
        return rig;
    }

    private Task<Reply> ReadAsync(StackRig rig, string more) => isQuery
        ? rig.SendAsync(
            "Query", $"{{'TableName':'Log','KeyConditionExpression':'k=:k','ExpressionAttributeValues':{{':k':{{'S':'a'}}}}{more}}}")
        : rig.SendAsync("GetItem", $"{{'TableName':'Log','Key':{{'k':{{'S':'a'}},'s':{{'S':'s'}}}}{more}}}");

    private long StaleHitsIn(StackRig rig) => isQuery ? rig.Pages.StaleHits : rig.Items.StaleHits;
}
