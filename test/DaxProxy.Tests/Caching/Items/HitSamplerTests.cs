using DaxProxy.Core.Caching.Core;
using DaxProxy.Core.Caching.Items;
using DaxProxy.Tests.Caching.Core;
using NUnit.Framework;

namespace DaxProxy.Tests.Caching.Items;

public sealed class HitSamplerTests
{
    [Test]
    public async Task Samples_OfLargeEntries_AreLeftOutWhereTheirBytesDoNotFit()
    {
        HitSampler sampler = new(1);
        Sample large = new(new TextEntry("large", 0, 3 << 20, DateTimeOffset.MaxValue));
        for (int sample = 0; sample < 5; sample++)
        {
            sampler.Add(large);
        }

        Assert.That(sampler.Lost, Is.EqualTo(3), "two fit");
        await sampler.NextAsync(default);
        sampler.Add(large);
        sampler.Add(large);
        Assert.That(sampler.Lost, Is.EqualTo(4), "there is room for one again");
    }

    [Test]
    public async Task Samples_OfSmallEntries_AreLeftOutWhereTheyAreTooMany()
    {
        HitSampler sampler = new(1);
        Sample small = new(new TextEntry("small", 0, 100, DateTimeOffset.MaxValue));
        for (int sample = 0; sample < 300; sample++)
        {
            sampler.Add(small);
        }

        Assert.That(sampler.Lost, Is.EqualTo(300 - 256));
        await sampler.NextAsync(default);
        sampler.Add(small);
        Assert.That(sampler.Lost, Is.EqualTo(300 - 256));
    }

    private sealed record Sample(CacheEntry Entry) : SampledHit(Entry);
}
