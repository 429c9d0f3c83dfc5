using DaxProxy.Memory;
using NUnit.Framework;

namespace DaxProxy.Tests.Memory;

public sealed class GarbageLimitTests
{
    private const long MB = 1 << 20;

    [Test]
    public void Heap_OfAHundredMegabytes_MayGrowByATenth()
    {
        Assert.That(GarbageLimit.IsDue(110 * MB, 100 * MB), Is.False);
        Assert.That(GarbageLimit.IsDue((110 * MB) + 1, 100 * MB), Is.True);
    }

    [Test]
    public void Heap_ThatIsSmall_MayGrowByWhatTheCollectorLetsItGrowAnyway()
    {
        Assert.That(GarbageLimit.IsDue(MB + GarbageLimit.LeastBytes, MB), Is.False);
        Assert.That(GarbageLimit.IsDue(MB + GarbageLimit.LeastBytes + 1, MB), Is.True);
    }

    [Test]
    public void Heap_ThatHasShrunk_IsNotDue() => Assert.That(GarbageLimit.IsDue(50 * MB, 100 * MB), Is.False);
}
