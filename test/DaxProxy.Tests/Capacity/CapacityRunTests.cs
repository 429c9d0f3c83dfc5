using DaxProxy.Capacity;
using DaxProxy.Load;
using DaxProxy.Report;
using NUnit.Framework;

namespace DaxProxy.Tests.Capacity;

public sealed class CapacityRunTests
{
    [Test]
    public void Provisioned_UnitsThatSuffice_ThrottleNothing_AndCostWhatTheyCost()
    {
        CapacityPlan plan = PlanOf(CapacityMode.Provisioned, () => ListedLoad.Steady(CapacityKind.Read, 100, 600, 4096, 10));
        WayFigures direct = Run(plan).Ways[0];
        Assert.That((direct.IsCached, direct.Throttled, direct.Asked), Is.EqualTo((false, 0L, 60_000L)));
        Assert.That(direct.ReadUnits, Is.EqualTo(30_000), "half a unit each");

        // 50 units a second are 70 % of 72; writes have the least there is.
        Assert.That(direct.CostAt(plan.Prices), Is.EqualTo(600 / 3600.0 * ((72 * 0.00013) + (1 * 0.00065))).Within(1e-9));
    }

    [Test]
    public void Provisioned_IdleForFiveMinutes_HasItsBurst()
    {
        // The guide's example: 150 units, idle for 300 seconds, are 45,000 units at once.
        CapacityPlan plan = PlanOf(
            CapacityMode.Provisioned,
            () => ListedLoad.Steady(CapacityKind.Read, 1, 1, 4096)
                .Concat(ListedLoad.Steady(CapacityKind.Read, 1e8, 0.001, 4096, from: 400, isConsistent: true))) with
        {
            ReadUnits = 150,
        };
        WayFigures direct = Run(plan).Ways[0];
        Assert.That(direct.Asked - direct.Throttled, Is.EqualTo(45_001).Within(1));
    }

    [Test]
    public void OnDemand_AboveItsStart_ThrottlesForHalfAnHour_AndDoublesThen()
    {
        // 6,000 write units a second of items of 40 units, all of different partitions.
        CapacityPlan plan = PlanOf(CapacityMode.OnDemand, () => ListedLoad.Steady(CapacityKind.Write, 150, 3600, 40 * 1024));
        CapacityResult result = Run(plan);
        IReadOnlyList<(double Seconds, double PerSecond)> throttled = result.Ways[0].ThrottledOverTime.Points;
        Assert.That(
            throttled.Where(point => point.Seconds is > 60 and < 1740).Select(point => point.PerSecond), Is.All.EqualTo(50).Within(3));
        Assert.That(throttled.Where(point => point.Seconds > 1860).Select(point => point.PerSecond), Is.All.Zero);
        Assert.That(
            result.Ways[0].CostAt(plan.Prices), Is.EqualTo(result.Ways[0].WriteUnits * 0.625 / 1e6).Within(1e-9), "what is throttled is free");
    }

    [Test]
    public void HotKey_IsThrottled_InEveryMode_HoweverMuchTheTableHas()
    {
        CapacityPlan plan = ListedLoad.PlanOf(
            new ListedLoad(() => ListedLoad.Steady(CapacityKind.Write, 2000, 60, 1024, keys: 1)),
            CapacityMode.Provisioned,
            CapacityMode.OnDemand,
            CapacityMode.AutoScale) with
        {
            WriteUnits = 10_000,
        };
        Assert.That(Run(plan).Ways.Select(way => way.ThrottledShare), Is.All.EqualTo(0.5).Within(0.02));
    }

    [Test]
    public void AutoScale_StepLoad_BringsUtilisationToTheTarget_AndDownAgain()
    {
        CapacityPlan plan = PlanOf(
            CapacityMode.AutoScale,
            () => ListedLoad.Steady(CapacityKind.Write, 100, 2400, 1000)
                .Concat(ListedLoad.Steady(CapacityKind.Write, 20, 2400, 1000, from: 2400))) with
        {
            WriteUnits = 10,
        };
        WayFigures way = Run(plan).Ways[0];
        Assert.That(At(2300), Is.EqualTo(143).Within(1e-6), "100 units a second are 70 % of it");
        Assert.That(At(4700), Is.EqualTo(29).Within(1e-6), "20 are of that");
        Assert.That(At(60), Is.EqualTo(10).Within(1e-6));

        // A table that has saved no burst shows no more than it has, and grows by 1/0.7 in two minutes.
        Assert.That(At(1100), Is.EqualTo(143).Within(1e-6));
        Assert.That(At(700), Is.LessThan(100));

        double At(double seconds) => way.WriteCapacity.Points.MinBy(point => Math.Abs(point.Seconds - seconds)).PerSecond;
    }

    [Test]
    public void Caches_TakeReadsAway_AndNoWrites_AndCostsFollow()
    {
        Workload workload = Workload.Presets["ycsb-b"];
        CapacityPlan plan = ListedLoad.PlanOf(
            new WorkloadLoad(workload, 500, TimeSpan.FromSeconds(600), 0.5, seed: 3), CapacityMode.Provisioned, CapacityMode.OnDemand) with
        {
            CacheBytes = 64 << 20,
        };
        CapacityResult result = Run(plan);
        (WayFigures direct, WayFigures cached) = (result.Ways[2], result.Ways[3]);
        Assert.That(result.HitRatio, Is.GreaterThan(0.8));
        Assert.That(cached.ReadUnits, Is.EqualTo(direct.ReadUnits * (1 - result.HitRatio)).Within(1));
        Assert.That(cached.WriteUnits, Is.EqualTo(direct.WriteUnits));
        Assert.That(result.Ways[1].CostAt(plan.Prices), Is.LessThan(result.Ways[0].CostAt(plan.Prices)));
        Assert.That(result.MonthlyCost(result.Best!), Is.EqualTo(
            result.Ways.Where(way => way.ThrottledShare <= CapacityResult.FewThrottled).Min(result.MonthlyCost)));
    }

    [Test]
    public void Result_OfTheSamePlan_IsTheSame_AndOfAnotherSeedIsNot()
    {
        string[] Rows(int seed)
        {
            CapacityPlan plan = ListedLoad.PlanOf(
                new WorkloadLoad(Workload.Presets["ycsb-a"], 300, TimeSpan.FromSeconds(200), 0.9, seed),
                CapacityMode.Provisioned,
                CapacityMode.AutoScale,
                CapacityMode.OnDemand);
            CapacityResult result = Run(plan);
            return [.. result.Ways.Select(way => string.Join(' ', CapacityText.RowOf(result, way)) + $" {way.ReadUnits} {way.Throttled}")];
        }

        string[] first = Rows(1);
        Assert.That(Rows(1), Is.EqualTo(first));
        Assert.That(Rows(2), Is.Not.EqualTo(first));
    }

    [Test]
    public void Load_OfOneRequest_IsRefused() => Assert.That(
        () => Run(PlanOf(CapacityMode.OnDemand, () => ListedLoad.Steady(CapacityKind.Read, 1, 1, 100))),
        Throws.TypeOf<ReportFault>().With.Message.Contains("less than two requests"));

    private static CapacityPlan PlanOf(CapacityMode mode, Func<IEnumerable<CapacityRequest>> requests) =>
        ListedLoad.PlanOf(new ListedLoad(requests), mode);

    private static CapacityResult Run(CapacityPlan plan) =>
        new CapacityRun(plan, new Progress(TextWriter.Null, isTerminal: false)).Run(CancellationToken.None);
}
