using DaxProxy.Report;
using NUnit.Framework;

namespace DaxProxy.Tests.Report;

public sealed class FiguresTests
{
    [Test]
    public void Of_Measurement_ComparesPairedRounds()
    {
        Figures figures = Figures.Of(ReportRig.Plan(), ReportRig.Measure());
        Assert.That(figures.All.Mean.Direct.Value, Is.EqualTo(4020).Within(2).Percent);
        Assert.That(figures.All.Mean.Proxied.Value, Is.EqualTo(600).Within(3).Percent);
        Assert.That(figures.All.Mean.Ratio.Value, Is.EqualTo(600.0 / 4020).Within(3).Percent);
        Assert.That(figures.Kinds.Select(kind => kind.Name), Is.EqualTo(new[] { "reads", "writes" }));
        Assert.That(
            (figures.HitRatio, figures.WriteShare),
            Is.EqualTo((0.957, 0.05)).Using<(double, double)>(
                (one, other) => Math.Abs(one.Item1 - other.Item1) < 0.02 && Math.Abs(one.Item2 - other.Item2) < 0.001));
    }

    [Test]
    public void Of_FewRequestsInARound_LeavesOutWhatTheyCannotTell()
    {
        Figures figures = Figures.Of(ReportRig.Plan(), ReportRig.Measure(requests: 400));
        Assert.That(figures.All.Percentiles.Keys, Is.EqualTo(new[] { 0.5, 0.9, 0.99 }));
        Assert.That(figures.Kinds[1].Percentiles.Keys, Is.EqualTo(new[] { 0.5, 0.9 }), "20 writes");
    }

    [Test]
    public void Of_RoundWithoutAReply_SaysWhatToDo()
    {
        Assert.That(
            () => Figures.Of(ReportRig.Plan(), ReportRig.Measure(requests: 0)),
            Throws.InstanceOf<ReportFault>().With.Message.StartsWith("--seconds"));
        Assert.That(
            () => Figures.Of(ReportRig.Plan(), ReportRig.Measure(requests: 0, errors: 3)),
            Throws.InstanceOf<ReportFault>().With.Message.Contains("ThrottlingException").And.Message.Contains("--rate"));
    }

    [Test]
    public void Of_Failures_AreShares()
    {
        Figures figures = Figures.Of(ReportRig.Plan(), ReportRig.Measure(errors: 20, wrong: 1));
        Assert.That(figures.ProxiedErrors, Is.EqualTo(20.0 / 2020).Within(1e-9));
        Assert.That(figures.DirectErrors, Is.Zero);
        Assert.That(figures.Wrong, Is.EqualTo(1 + ReportPlan.WarmRounds + ReportPlan.SweepConnections.Count));
    }

    [Test]
    public void Costs_OfTheRounds_AreThoseOfTheirUnits()
    {
        // Of 2000 requests 1900 read half a unit each and 100 write one; 1800 reads are hits.
        Costs costs = Figures.Of(ReportRig.Plan(), ReportRig.Measure()).Costs;
        Assert.That(costs.DirectPerMillion, Is.EqualTo((0.475 * 0.125) + (0.05 * 0.625)).Within(1e-9));
        Assert.That(costs.SavedPerMillion, Is.EqualTo(0.45 * 0.125).Within(1e-9));
        Assert.That(costs.ProxiedPerMillion, Is.EqualTo(costs.DirectPerMillion - costs.SavedPerMillion).Within(1e-9));
        Assert.That(
            costs.SavedPerMonth, Is.EqualTo(costs.SavedPerMillion * 2628).Within(1e-9),
            "1000 requests a second are 2628 million in 730 hours");
    }
}
