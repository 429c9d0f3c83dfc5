using DaxProxy.Core.Caching.Fetching;
using DaxProxy.Core.Caching.Items;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Peeks;
using NUnit.Framework;
using static DaxProxy.Tests.Caching.CacheRig;

namespace DaxProxy.Tests.Caching;

/// <summary>
/// Caches that fail too often are out of service for a while, and begin empty: no request fails of it, and none is answered with what was
/// kept before.
/// </summary>
[TestFixture]
public sealed class DegradedTests
{
    private const string Degraded = "DaxProxy; fwd=bypass; detail=degraded";

    [Test]
    public async Task ManyFaults_TakeTheCachesOutOfService_AndRequestsArePassedOn()
    {
        bool isBroken = false;
        using CacheRig rig = new(render: item => isBroken ? throw new InvalidOperationException("render") : Render(item));
        rig.Inner.Put(Table, Row("kept", 1));
        await rig.Send(Get("kept"));
        isBroken = true;
        await BreakAsync(rig);
        Assert.That((rig.Backend.Health.DegradedSince, rig.Degradations), Is.EqualTo(((DateTimeOffset?)rig.Time.GetUtcNow(), 1)));

        isBroken = false;
        rig.Inner.Put(Table, Row("kept", 2));
        Reply read = await rig.Send(Get("kept")), again = await rig.Send(Get("kept"));
        Assert.That((VersionIn(read), StatusOf(read), StatusOf(again)), Is.EqualTo((2L, Degraded, Degraded)));
        Assert.That(
            StatusOf(await rig.Send(Checked(new BatchGetItem { Tables = [new() { TableName = Table, Keys = [Key("kept")] }] }))),
            Is.EqualTo(Degraded));
        Assert.That(await rig.Send(Put("kept", 3)), Is.TypeOf<WriteReply>());
        Assert.That(JsonPeek.TryServe("""{"TableName":"T","Key":{"k":{"S":"kept"}}}"""u8, rig.Catalog, rig.Cache, null, out _), Is.False);
    }

    [Test]
    public async Task AfterTheirRest_TheyAreTriedAgain_Empty()
    {
        bool isBroken = false;
        using CacheRig rig = new(render: item => isBroken ? throw new InvalidOperationException("render") : Render(item));
        rig.Inner.Put(Table, Row("kept", 1));
        await rig.Send(Get("kept"));
        isBroken = true;
        await BreakAsync(rig);
        isBroken = false;
        rig.Inner.Put(Table, Row("kept", 2));

        rig.Time.Advance(CacheHealth.Rest.TotalSeconds - 0.1);
        Assert.That(StatusOf(await rig.Send(Get("kept"))), Is.EqualTo(Degraded));
        rig.Time.Advance(0.1);
        Reply first = await rig.Send(Get("kept"));
        Assert.That(
            (VersionIn(first), StatusOf(first)), Is.EqualTo((2L, "DaxProxy; fwd=miss; stored")), "what was kept before is not served");
        Assert.That(StatusOf(await rig.Send(Get("kept"))), Does.StartWith("DaxProxy; hit"));
        Assert.That((rig.Backend.Health.DegradedSince, rig.Restorations), Is.EqualTo(((DateTimeOffset?)null, 1)));
    }

    [Test]
    public async Task FaultsFarBetween_AreBorne()
    {
        using CacheRig rig = new(render: _ => throw new InvalidOperationException("render"));
        for (int i = 0; i < 3 * CacheHealth.MostFaults; i++)
        {
            await rig.Send(Get($"{i}"));
            rig.Time.Advance(CacheHealth.Window.TotalSeconds / (CacheHealth.MostFaults - 2));
        }

        Assert.That(
            (rig.Backend.Health.Faults, rig.Backend.Health.DegradedSince),
            Is.EqualTo((3L * CacheHealth.MostFaults, (DateTimeOffset?)null)));
    }

    [Test]
    public async Task StillBroken_GoesOutOfServiceAgain()
    {
        using CacheRig rig = new(render: _ => throw new InvalidOperationException("render"));
        await BreakAsync(rig);
        rig.Time.Advance(CacheHealth.Rest.TotalSeconds);
        Assert.That(rig.Backend.Health.DegradedSince, Is.Null);
        await BreakAsync(rig);
        Assert.That((rig.Degradations, rig.Restorations), Is.EqualTo((2, 1)));
    }

    [Test]
    public async Task ShorterSuspension_DoesNotEndTheRest()
    {
        using CacheRig rig = new(render: _ => throw new InvalidOperationException("render"));
        await BreakAsync(rig);
        rig.Inner.Instead = operation => operation is UnknownVerb ? new ErrorReply(TransportFaults.InternalServerError) : null;
        await rig.Send(new UnknownVerb());
        rig.Time.Advance(CacheHealth.Rest.TotalSeconds / 2);
        Assert.That(StatusOf(await rig.Send(Get("a"))), Is.EqualTo(Degraded));
    }

    [Test]
    public async Task WriteThatOutlivesTheRest_LeavesNothingBehindThatWasReadMeanwhile()
    {
        bool isBroken = true;
        using CacheRig rig = new(render: item => isBroken ? throw new InvalidOperationException("render") : Render(item));
        rig.Inner.Put(Table, Row("a", 1));
        await BreakAsync(rig);
        isBroken = false;
        rig.Inner.Holds = operation => operation is PutItem;
        Task<Reply> write = rig.Send(Put("a", 2));
        rig.Time.Advance(CacheHealth.Rest.TotalSeconds);
        await rig.Send(Get("a"));
        Assert.That(StatusOf(await rig.Send(Get("a"))), Does.StartWith("DaxProxy; hit"), "it is not acknowledged yet");
        rig.Inner.Held[0].Release();
        await write;
        Assert.That(VersionIn(await rig.Send(Get("a"))), Is.EqualTo(2));
    }

    [Test]
    public async Task WriteBegunInService_EndsItsFence_AfterTheCachesWentOutOfIt()
    {
        bool isBroken = false;
        using CacheRig rig = new(render: item => isBroken ? throw new InvalidOperationException("render") : Render(item));
        rig.Inner.Put(Table, Row("a", 1));
        await rig.Send(Get("a"));
        rig.Inner.Holds = operation => operation is PutItem;
        Task<Reply> write = rig.Send(Put("a", 2));
        isBroken = true;
        await BreakAsync(rig);
        isBroken = false;
        rig.Time.Advance(CacheHealth.Rest.TotalSeconds);
        Reply during = await rig.Send(Get("a"));
        Assert.That((VersionIn(during), StatusOf(during)), Is.EqualTo((1L, "DaxProxy; fwd=miss")), "its fence still keeps fills away");
        rig.Inner.Held[0].Release();
        await write;
        Assert.That(VersionIn(await rig.Send(Get("a"))), Is.EqualTo(2));
        Assert.That(rig.Cache.Fences.AreQuiet());
    }

    [Test]
    public async Task FenceThatFails_AtTheEndOfAWrite_LeavesNoOlderItem([Values] bool isKnown)
    {
        // The clock of the cache fails, and with it the end of every fence (whose settling needs the time) and every look-up.
        FailingTime clock = new();
        using CacheRig rig = new(new ItemCacheOptions { FenceStripes = 64, SettleWindow = TimeSpan.FromSeconds(1) }, cacheTime: clock);
        rig.Inner.Put(Table, Row("a", 1));
        await rig.Send(Get("a"));
        clock.IsBroken = true;
        rig.Inner.KnowsImages = isKnown;
        Assert.That(await rig.Send(Put("a", 2)), Is.TypeOf<WriteReply>());
        Assert.That(VersionIn(await rig.Send(Get("a"))), Is.EqualTo(2));
        clock.IsBroken = false;
        Assert.That(VersionIn(await rig.Send(Get("a"))), Is.EqualTo(2), "nor once the cache is well");
        Assert.That(rig.Faults, Is.Not.Empty);
    }

    [Test]
    public async Task FencesThatFail_AtTheEndOfAnUnknownVerb_LeaveNothingOfBefore()
    {
        FailingTime clock = new();
        using CacheRig rig = new(new ItemCacheOptions { FenceStripes = 64, SettleWindow = TimeSpan.FromSeconds(1) }, cacheTime: clock);
        rig.Inner.Put(Table, Row("a", 1));
        rig.Inner.Holds = operation => operation is UnknownVerb;
        Task<Reply> change = rig.Send(new UnknownVerb());
        await rig.Send(Get("a"));
        Assert.That(StatusOf(await rig.Send(Get("a"))), Does.StartWith("DaxProxy; hit"));
        rig.Inner.Put(Table, Row("a", 2));
        clock.IsBroken = true;
        rig.Inner.Held[0].Release();
        Assert.That(await change, Is.TypeOf<ListTablesReply>());
        clock.IsBroken = false;
        Assert.That(VersionIn(await rig.Send(Get("a"))), Is.EqualTo(2));
    }

    [Test]
    public async Task LookUpsThatFail_TakeTheCachesOutOfService()
    {
        FailingTime clock = new();
        using CacheRig rig = new(cacheTime: clock);
        rig.Inner.Put(Table, Row("a", 1));
        await rig.Send(Get("a"));
        clock.IsBroken = true;
        for (int i = 0; i < CacheHealth.MostFaults; i++)
        {
            Assert.That(VersionIn(await rig.Send(Get("a"))), Is.EqualTo(1));
        }

        Assert.That(StatusOf(await rig.Send(Get("a"))), Is.EqualTo(Degraded));
    }

    /// <summary>Reads until the caches have failed too often.</summary>
    private static async Task BreakAsync(CacheRig rig)
    {
        for (int i = 0; i < CacheHealth.MostFaults; i++)
        {
            Assert.That(await rig.Send(Get($"broken{i}")), Is.TypeOf<GetItemReply>());
        }
    }

    private sealed class UnknownVerb() : Operation(Verb.Unknown)
    {
        protected override DynamoError? CheckStatically(ValidationLayer layer) => null;
    }

    /// <summary>A clock that stands still and can fail.</summary>
    private sealed class FailingTime : TimeProvider
    {
        private readonly ManualTime inner = new();

        public bool IsBroken { get; set; }

        public override long TimestampFrequency => inner.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => IsBroken ? throw new InvalidOperationException("clock") : inner.GetUtcNow();

        public override long GetTimestamp() => IsBroken ? throw new InvalidOperationException("clock") : inner.GetTimestamp();
    }
}
