using DaxProxy.Memory;
using DaxProxy.Tests.Caching;
using NUnit.Framework;

namespace DaxProxy.Tests.Memory;

public sealed class LargeArraysTests
{
    private const int MaxKeptBytes = 24 << 20;

    private readonly ManualTime time = new();

    [Test]
    public void Array_GivenBack_IsTheNextThatIsWantedOfItsSize()
    {
        LargeArrays arrays = new(MaxKeptBytes, time);
        byte[] first = arrays.Rent(1_000_000);
        arrays.Return(first);
        Assert.That(arrays.Rent(100_000), Is.Not.SameAs(first), "not for what is much smaller");
        Assert.That(arrays.Rent(900_000), Is.SameAs(first));
        Assert.That(arrays.KeptBytes, Is.Zero);
    }

    [Test]
    public void Arrays_GivenBack_AreNotKeptBeyondTheLimit()
    {
        LargeArrays arrays = new(MaxKeptBytes, time);
        for (int count = 0; count < 10; count++)
        {
            arrays.Return(new byte[8 << 20]);
        }

        Assert.That(arrays.KeptBytes, Is.GreaterThan(0).And.LessThanOrEqualTo(MaxKeptBytes));
    }

    [Test]
    public void Arrays_NotWantedForAWhile_AreLetGo()
    {
        LargeArrays arrays = new(MaxKeptBytes, time);
        arrays.Return(arrays.Rent(1_000_000));
        time.Advance(LargeArrays.Idle.TotalSeconds);
        Assert.That(arrays.KeptBytes, Is.GreaterThan(0), "it may have come back just now");
        time.Advance(LargeArrays.Idle.TotalSeconds);
        Assert.That(arrays.KeptBytes, Is.Zero);
    }
}
