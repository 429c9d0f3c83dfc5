using DaxProxy.Telemetry;
using NUnit.Framework;

namespace DaxProxy.Tests.Telemetry;

[TestFixture]
public sealed class SamplerTests
{
    private const int Asked = 100_000;

    [TestCase(0, 0, 0)]
    [TestCase(0.01, 850, 1150)]
    [TestCase(0.5, 49_000, 51_000)]
    [TestCase(1, Asked, Asked)]
    public void Picks_OfManyRequests_IsAboutTheShare(double share, int least, int most)
    {
        Sampler sampler = new(share, seed: 7);
        Assert.That(Enumerable.Range(0, Asked).Count(_ => sampler.Picks()), Is.InRange(least, most));
    }

    [Test]
    public void Picks_AllocatesNothing()
    {
        Sampler sampler = new(0.01, seed: 7);
        sampler.Picks();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            sampler.Picks();
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }
}
