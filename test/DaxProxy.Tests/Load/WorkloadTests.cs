using DaxProxy.Load;
using NUnit.Framework;

namespace DaxProxy.Tests.Load;

internal sealed class WorkloadTests
{
    private static readonly Workload Reads = new() { Name = "reads", Reads = 1 };

    private static IEnumerable<TestCaseData> Faulty()
    {
        yield return Case(Reads with { Reads = 0.9 }, "add up to 0.9");
        yield return Case(Reads with { Reads = 1.2 }, "Reads is 1.2");
        yield return Case(Reads with { Updates = -0.1 }, "Updates is -0.1");
        yield return Case(Reads with { Inserts = double.NaN }, "Inserts is NaN");
        yield return Case(Reads with { Items = 0 }, "Items is 0");
        yield return Case(Reads with { Items = 10_000_001 }, "Items is 10000001");
        yield return Case(Reads with { ItemBytes = 99 }, "ItemBytes is 99");
        yield return Case(Reads with { ItemBytes = 400_001 }, "ItemBytes is 400001");
        yield return Case(Reads with { ScanItems = 0 }, "ScanItems is 0");
        yield return Case(Reads with { Exponent = 0 }, "Exponent is 0");
        yield return Case(Reads with { Exponent = double.NaN }, "Exponent is NaN");
        yield return Case(Reads with { HotItems = 0 }, "HotItems is 0");
        yield return Case(Reads with { HotRequests = 1.5 }, "HotRequests is 1.5");

        static TestCaseData Case(Workload workload, string expected) => new TestCaseData(workload, expected).SetArgDisplayNames(expected);
    }

    [TestCaseSource(nameof(Faulty))]
    public void FindFault_Faulty_NamesTheMember(Workload workload, string expected) =>
        Assert.That(workload.FindFault(), Does.Contain(expected).And.Not.Contains("\n"));

    [Test]
    public void Presets_All_AreWithoutFault() =>
        Assert.That(Workload.Presets.Values.Select(workload => workload.FindFault()), Has.All.Null.And.Exactly(6).Items);

    [Test]
    public void Chooser_EachDistribution_StaysAmongTheItems([Values] KeyDistribution distribution)
    {
        KeyChooser chooser = (Reads with { Distribution = distribution, Items = 50 }).Chooser(seed: 3);
        Random random = new(1);
        Assert.That(Enumerable.Range(0, 5000).Select(_ => chooser.Next(random, 50)), Has.All.InRange(0, 49));
    }
}
