using DaxProxy.Report;
using NUnit.Framework;

namespace DaxProxy.Tests.Report;

public sealed class EstimateTests
{
    [Test]
    public void OfMean_FiveValues_IsStudentsInterval()
    {
        // Standard deviation 1.5811, 2.776 for four degrees of freedom: 2.776 * 1.5811 / sqrt(5).
        Estimate estimate = Estimate.OfMean([1, 2, 3, 4, 5]);
        Assert.That(
            (estimate.Value, estimate.High - estimate.Value, estimate.Value - estimate.Low),
            Is.EqualTo((3.0, 1.963, 1.963)).Using<(double, double, double)>(Close));
    }

    [Test]
    public void OfMean_SameValues_IsSure() => Assert.That(Estimate.OfMean([7, 7, 7]), Is.EqualTo(new Estimate(7, 7, 7)));

    [Test]
    public void OfMean_ManyValues_TakesTheNormalDistribution()
    {
        double[] values = [.. Enumerable.Range(0, 1000).Select(index => index % 2 == 0 ? 9.0 : 11.0)];
        Estimate estimate = Estimate.OfMean(values);
        Assert.That(estimate.High - estimate.Value, Is.EqualTo(1.96 / Math.Sqrt(1000)).Within(0.1).Percent);
    }

    [Test]
    public void OfRatio_TwiceAndHalf_AreTheSameOnAverage()
    {
        Estimate estimate = Estimate.OfRatio([20, 5], [10, 10]);
        Assert.That(estimate.Value, Is.EqualTo(1).Within(1e-9));
        Assert.That(estimate.Low, Is.EqualTo(1 / estimate.High).Within(1e-9));
    }

    [Test]
    public void OfRatio_PairsThatShareTheirNoise_IsSure()
    {
        Estimate estimate = Estimate.OfRatio([5, 50, 500], [10, 100, 1000]);
        Assert.That(
            (estimate.Low, estimate.High),
            Is.EqualTo((0.5, 0.5))
                .Using<(double, double)>((one, other) => Math.Abs(one.Item1 - other.Item1) + Math.Abs(one.Item2 - other.Item2) < 1e-9));
    }

    /// <summary>In 95 of 100 experiments the interval has to hold the truth.</summary>
    [Test]
    public void OfMean_ManyExperiments_HoldTheTruthAsOftenAsPromised()
    {
        Random random = new(5);
        int held = Enumerable.Range(0, 4000).Count(_ =>
        {
            Estimate estimate = Estimate.OfMean(
                [.. Enumerable.Range(0, 10).Select(_ => Enumerable.Range(0, 12).Sum(_ => random.NextDouble()))]);
            return estimate.Low <= 6 && estimate.High >= 6;
        });
        Assert.That(held / 4000.0, Is.EqualTo(0.95).Within(0.015));
    }

    private static bool Close((double, double, double) one, (double, double, double) other) =>
        Math.Abs(one.Item1 - other.Item1) < 1e-3 && Math.Abs(one.Item2 - other.Item2) < 1e-3 && Math.Abs(one.Item3 - other.Item3) < 1e-3;
}
