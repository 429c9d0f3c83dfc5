using System.Xml.Linq;
using DaxProxy.Capacity;
using DaxProxy.Capacity.Page;
using DaxProxy.Load;
using DaxProxy.Report;
using NUnit.Framework;

namespace DaxProxy.Tests.Capacity;

public sealed class CapacityPageTests
{
    [Test]
    public void Page_IsXml_LoadsNothing_AndSaysWhatIsAssumed()
    {
        Workload workload = Workload.Presets["ycsb-e"] with { Name = "<mine>\u0001" };
        CapacityPlan plan = ListedLoad.PlanOf(
            new WorkloadLoad(workload, 50, TimeSpan.FromSeconds(700), 1, 1),
            CapacityMode.Provisioned,
            CapacityMode.OnDemand,
            CapacityMode.AutoScale);
        CapacityResult result = new CapacityRun(plan, new Progress(TextWriter.Null, isTerminal: false)).Run(CancellationToken.None);
        string page = CapacityPage.Write(result, "1.2.3");
        XElement root = XDocument.Parse(page.Replace("<!DOCTYPE html>", "")).Root!;
        Assert.That(page, Does.Not.Contain("http").And.Not.Contain("<script").And.Contain("&lt;mine&gt;\uFFFD"));
        Assert.That(root.Descendants("svg").Count(), Is.GreaterThanOrEqualTo(4));
        Assert.That(root.Descendants("tbody").Single().Elements("tr").Count(), Is.EqualTo(6));
        Assert.That(root.Descendants("li").Select(item => item.Value), Is.EqualTo(
            CapacityText.AssumptionsOf(plan).Select(text => text.Replace("\u0001", "\uFFFD"))));
        Assert.That(root.Descendants("h1").Single().Value, Is.EqualTo(CapacityText.AdviceOf(result)));
    }
}
