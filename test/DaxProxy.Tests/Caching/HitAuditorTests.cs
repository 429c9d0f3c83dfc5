using DaxProxy.Core.Caching.Auditing;
using DaxProxy.Core.Operations;
using NUnit.Framework;
using static DaxProxy.Tests.Caching.CacheRig;

namespace DaxProxy.Tests.Caching;

/// <summary>What the auditor says of answers of the item cache.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class HitAuditorTests : IAsyncDisposable
{
    private readonly CacheRig rig = new();
    private readonly List<TimeSpan> told = [];
    private readonly HitAuditor auditor;

    public HitAuditorTests() =>
        auditor = new HitAuditor(rig.Inner, rig.Backend, rig.Cache, null, 1, 1000, TimeSpan.FromSeconds(2), TimeSpan.Zero, rig.Time)
    {
        OnStale = (_, lasted) => told.Add(lasted),
    };

    private AuditFigures? Found => auditor.Figures.SingleOrDefault();

    public async ValueTask DisposeAsync()
    {
        await auditor.DisposeAsync();
        rig.Dispose();
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Hit_OfWhatTheBackendHolds_IsEqual(bool isThere)
    {
        await ReadTwiceAsync(isThere);
        Await(() => Found?.Equal == 1);
        Assert.That(Found, Is.EqualTo(new AuditFigures(Table, 1, 0, 0, TimeSpan.Zero)));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Hit_OfWhatWasWrittenPastTheProxy_IsStaleAndLeavesTheCache(bool isThere)
    {
        await ReadTwiceAsync(isThere, () => rig.Inner.Put(Table, Row("a", 2)));
        Await(() => rig.Inner.CallsOf<GetItem>() == 2);
        Await(() => Advance(1) && Found is not null);
        Assert.That((Found!.Equal, Found.Stale, Found.Unknown), Is.EqualTo((0, 1, 0)));
        Await(() => told.Count == 1);
        Assert.That((told[0], Found.LongestStale), Is.EqualTo((Found.LongestStale, told[0])));
        Assert.That(told[0], Is.GreaterThanOrEqualTo(TimeSpan.FromSeconds(2)));
        Reply next = await rig.Send(Get("a"));
        Assert.That((VersionIn(next), StatusOf(next)), Is.EqualTo((2, "DaxProxy; fwd=miss; stored")));
    }

    [Test]
    public async Task Hit_OfWhatIsWrittenBeforeTheSecondLook_IsUnknown()
    {
        await ReadTwiceAsync(true, () => rig.Inner.Put(Table, Row("a", 2)));
        Await(() => rig.Inner.CallsOf<GetItem>() == 2);
        await rig.Send(Put("a", 3));
        Await(() => Advance(1) && Found is not null);
        Assert.That((Found!.Stale, Found.Unknown, told.Count), Is.EqualTo((0, 1, 0)));
    }

    [Test]
    public async Task Hit_ThatIsRightAgainAtTheSecondLook_IsUnknown()
    {
        await ReadTwiceAsync(true, () => rig.Inner.Put(Table, Row("a", 2)));
        Await(() => rig.Inner.CallsOf<GetItem>() == 2);
        rig.Inner.Put(Table, Row("a", 1));
        Await(() => Advance(1) && Found is not null);
        Assert.That((Found!.Stale, Found.Unknown), Is.EqualTo((0, 1)));
    }

    [Test]
    public async Task Hit_WhereTheBackendFails_IsUnknownAndTheReaderHasItsAnswer()
    {
        await ReadTwiceAsync(true, () => rig.Inner.Instead = operation => operation is GetItem { ConsistentRead: true }
            ? new ErrorReply(DaxProxy.Core.Errors.TransportFaults.InternalServerError)
            : null);
        Await(() => Found is not null);
        Assert.That((Found!.Unknown, auditor.Units), Is.EqualTo((1, 1)));
    }

    private static void Await(Func<bool> condition) => StackRig.Await(condition);

    private bool Advance(double seconds)
    {
        rig.Time.Advance(seconds);
        Thread.Yield();
        return true;
    }

    /// <summary>A miss and a hit; something may happen between them.</summary>
    private async Task ReadTwiceAsync(bool isThere, Action? between = null)
    {
        if (isThere)
        {
            rig.Inner.Put(Table, Row("a", 1));
        }

        await rig.Send(Get("a"));
        between?.Invoke();
        Reply hit = await rig.Send(Get("a"));
        Assert.That((VersionIn(hit), StatusOf(hit)), Is.EqualTo((isThere ? 1 : 0, StatusOf(hit))));
        Assert.That(StatusOf(hit), Does.Contain("; hit"));
    }
}
