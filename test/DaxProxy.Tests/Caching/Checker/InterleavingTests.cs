using NUnit.Framework;

namespace DaxProxy.Tests.Caching.Checker;

[TestFixture]
public sealed class InterleavingTests
{
    [Test]
    public void FillsAndWrites_InEveryOrder_LeaveNothingStale()
    {
        Interleavings interleavings = new();
        Assert.That(interleavings.Find(), Is.Null);
        Assert.That(interleavings.Distinct, Is.GreaterThan(10_000));
        TestContext.Out.WriteLine($"{interleavings.Distinct} distinct orders");
    }
}
