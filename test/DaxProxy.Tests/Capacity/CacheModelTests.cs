using DaxProxy.Capacity;
using NUnit.Framework;

namespace DaxProxy.Tests.Capacity;

public sealed class CacheModelTests
{
    private readonly SimulatedClock clock = new();
    private CacheModel cache = null!;

    [SetUp]
    public void Start()
    {
        clock.Now = TimeSpan.Zero;
        cache = new CacheModel(ListedLoad.PlanOf(new ListedLoad(() => []), CapacityMode.OnDemand), clock);
    }

    [Test]
    public void Item_IsHit_UntilTheEndOfItsLife_AndAfterAWrite()
    {
        Assert.That(Read(1), Is.False);
        Assert.That(Read(1), Is.True);
        clock.Now = TimeSpan.FromSeconds(301);
        Assert.That(Read(1), Is.False);
        Look(CapacityKind.Write, 2, 400);
        Assert.That(Read(2), Is.True, "the caches keep what a write made");
        Look(CapacityKind.Delete, 2, 400);
        Assert.That(Read(2), Is.False);
        Assert.That((cache.Reads, cache.Hits), Is.EqualTo((5L, 2L)));
    }

    [Test]
    public void Absence_IsKeptForLess()
    {
        Assert.That(Read(1, bytes: 0), Is.False);
        clock.Now = TimeSpan.FromSeconds(29);
        Assert.That(Read(1, bytes: 0), Is.True);
        clock.Now = TimeSpan.FromSeconds(31);
        Assert.That(Read(1, bytes: 0), Is.False);
    }

    [Test]
    public void ConsistentReadsAndTransactions_PassBy_AndATransactionDropsItsItems()
    {
        Read(1);
        Assert.That(Look(CapacityKind.Read, 1, 400, consistent: true), Is.False);
        Assert.That(Look(CapacityKind.Read, 1, 400, transaction: true), Is.False);
        Assert.That(Read(1), Is.True);
        Look(CapacityKind.Write, 1, 400, transaction: true);
        Assert.That(Read(1), Is.False);
    }

    [Test]
    public void Page_IsVoid_AfterAWriteToWhatItWasReadOf_AndNotAfterOthers()
    {
        Assert.That(Page(7, 70), Is.False);
        Assert.That(Page(7, 70), Is.True);
        Write(71);
        Assert.That(Page(7, 70), Is.True);
        Write(70);
        Assert.That(Page(7, 70), Is.False);
        Assert.That(Page(7, 70), Is.True);
    }

    [Test]
    public void Cache_ThatIsFull_KeepsWhatIsReadAgain()
    {
        // A megabyte holds about 1,900 items of 400 bytes. A few are read all the time, many once each.
        int hits = 0, asked = 0;
        for (ulong scan = 1000; scan < 40_000; scan++)
        {
            Read(scan);
            if (scan % 2 == 0)
            {
                asked++;
                hits += Read(scan / 2 % 100) ? 1 : 0;
            }
        }

        Assert.That((double)hits / asked, Is.GreaterThan(0.9));
    }

    private bool Read(ulong key, int bytes = 400) => Look(CapacityKind.Read, key, bytes);

    private bool Look(CapacityKind kind, ulong key, int bytes, bool consistent = false, bool transaction = false)
    {
        bool[] hits = [true];
        cache.Look(
            new CapacityRequest(clock.Now, 0, kind, [new CapacityItem(key, key, bytes)])
            {
                IsConsistent = consistent,
                IsTransaction = transaction,
            },
            hits);
        return hits[0];
    }

    private bool Page(ulong page, ulong scope)
    {
        bool[] hits = [true];
        cache.Look(new CapacityRequest(clock.Now, 0, CapacityKind.Page, [new CapacityItem(page, scope, 2000)]) { Scopes = [scope] }, hits);
        return hits[0];
    }

    private void Write(ulong scope) => cache.Look(
        new CapacityRequest(clock.Now, 0, CapacityKind.Write, [new CapacityItem(scope, scope, 400)]) { Scopes = [scope] }, new bool[1]);
}
