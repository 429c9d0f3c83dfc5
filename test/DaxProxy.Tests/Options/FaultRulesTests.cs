using DaxProxy.Core.Operations;
using DaxProxy.Options;
using NUnit.Framework;

namespace DaxProxy.Tests.Options;

public sealed class FaultRulesTests
{
    [Test]
    public void Rules_OfOneRequest_TheMostSpecificHolds()
    {
        FaultRules rules = Read("*/GetItem error=0.1; orders/* throttle=0.2; orders/PutItem lost; ord*/* latency=1.5s,p99=3s; */* throttle=0");
        Assert.That(rules.Find("orders", "PutItem"), Is.EqualTo(new SimulatedFaults { Lost = 1 }));
        Assert.That(rules.Find("orders", "GetItem"), Is.EqualTo(new SimulatedFaults { Throttled = 0.2 }));
        Assert.That(
            rules.Find("ord", "GetItem"),
            Is.EqualTo(new SimulatedFaults { Latency = TimeSpan.FromSeconds(1.5), SlowLatency = TimeSpan.FromSeconds(3) }));
        Assert.That(rules.Find("Orders", "GetItem"), Is.EqualTo(new SimulatedFaults { Failed = 0.1 }));
        Assert.That(rules.Find("", "ListTables"), Is.EqualTo(new SimulatedFaults()));
        Assert.That(
            rules.Text,
            Is.EqualTo("*/GetItem error=0.1; orders/* throttle=0.2; orders/PutItem lost; ord*/* latency=1.5s,p99=3s; */* throttle=0"));
    }

    [Test]
    public void Find_NoRuleFits_GivesNothing()
    {
        Assert.That(Read("orders/GetItem error").Find("orders", "PutItem"), Is.Null);
        Assert.That(Read("orders/GetItem error").Find("", "GetItem"), Is.Null);
        Assert.That(Read(" ;\n ").IsEmpty);
    }

    [Test]
    public void Text_OverSeveralLines_IsOneLine() =>
        Assert.That(Read("a/*\n  error=0.5\n  lost=0.5;\r\nb/GetRecords throttle").Text, Is.EqualTo("a/* error=0.5 lost=0.5; b/GetRecords throttle"));

    [TestCase("orders throttle", "'orders' is no table and verb, write orders/PutItem, orders-*/* or */GetItem")]
    [TestCase("orders/byDate/Query throttle", "'orders/byDate/Query' is no table and verb")]
    [TestCase("or ders/Query throttle", "'or' is no table and verb")]
    [TestCase("orders/Putitem throttle", "'Putitem' is no operation, write its name as GetItem, or * for all")]
    [TestCase("orders/* throtle", "'throtle' is no fault, use throttle, ")]
    [TestCase("orders/* throttle=1.5", "'throttle=1.5' is no share, write throttle=0.05 (0 to 1)")]
    [TestCase("orders/* throttle=-1", "'throttle=-1' is no share")]
    [TestCase("orders/* throttle=NaN", "'throttle=NaN' is no share")]
    [TestCase("orders/* throttle=0.5 throttle=0.1", "'throttle' is there twice")]
    [TestCase("orders/* throttle; orders/* error", "'orders/*' is there twice, write one rule with all its faults")]
    [TestCase("orders/*", "there is no fault, write some as throttle=0.05 latency=20ms")]
    [TestCase("orders/* throttle=0.5 error=0.5 lost=0.1", "the shares of throttle, throttle-on-demand, throttle-account, error and lost")]
    [TestCase("orders/* latency", "'latency' is no time up to 60 s, write latency=200ms or latency=1.5s")]
    [TestCase("orders/* latency=5", "'latency=5' is no time")]
    [TestCase("orders/* latency=61s", "'latency=61s' is no time")]
    [TestCase("orders/* latency=ms", "'latency=ms' is no time")]
    [TestCase("orders/* p99=5ms", "p99 needs a latency that is not longer")]
    [TestCase("orders/* latency=6ms p99=5ms", "p99 needs a latency that is not longer")]
    public void Rules_ThatCannotBeRead_SayWhy(string text, string fault) =>
        Assert.That(FaultRules.TryRead(text, out _), Does.StartWith(fault));

    [Test]
    public void Options_WithFaultsThatCannotBeRead_StopTheStart()
    {
        OptionsLoader loader = new();
        loader.AddEnvironment(new Dictionary<string, string> { ["DAXPROXY__Simulation__Faults"] = "orders throttle" });
        Assert.That(loader.Build(), Is.Null);
        Assert.That(
            loader.Faults,
            Is.EqualTo(new[] { "Simulation:Faults: 'orders' is no table and verb, write orders/PutItem, orders-*/* or */GetItem" }));
    }

    [Test]
    public void Options_OfABuild_SimulateNothing() => Assert.That(new ProxyOptions().Simulation, Is.EqualTo(new SimulationOptions()
    {
        Faults = "",
        Header = false,
        OnHits = false,
        Seed = 1,
    }));

    private static FaultRules Read(string text)
    {
        Assert.That(FaultRules.TryRead(text, out FaultRules rules), Is.Null);
        return rules;
    }
}
