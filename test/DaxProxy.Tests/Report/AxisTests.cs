using DaxProxy.Report;
using DaxProxy.Report.Page;
using NUnit.Framework;

namespace DaxProxy.Tests.Report;

public sealed class AxisTests
{
    [TestCase(1, "0, 0.2, 0.4, 0.6, 0.8, 1")]
    [TestCase(7, "0, 2, 4, 6, 8")]
    [TestCase(18_000, "0, 5000, 10000, 15000, 20000")]
    [TestCase(0.05, "0, 0.01, 0.02, 0.03, 0.04, 0.05")]
    public void Linear_UpToAValue_StepsAreEasyToRead(double most, string expected)
    {
        Axis axis = Axis.Linear(most, value => $"{value:0.######}");
        Assert.That(string.Join(", ", axis.Ticks.Select(tick => tick.Label)), Is.EqualTo(expected));
        Assert.That(axis.Place(axis.Ticks[^1].Value), Is.EqualTo(1).Within(1e-9));
    }

    [TestCase(1000, 2000, "1 ms, 2 ms")]
    [TestCase(150, 4300, "200 µs, 500 µs, 1 ms, 2 ms, 5 ms")]
    [TestCase(60, 90_000, "100 µs, 1 ms, 10 ms, 100 ms")]
    public void Logarithmic_Durations_TicksFitTheRange(double least, double most, string expected)
    {
        Axis axis = Axis.Logarithmic(least, most, Quantity.MicrosecondsShort);
        Assert.That(string.Join(", ", axis.Ticks.Select(tick => tick.Label)), Is.EqualTo(expected));
        Assert.That(
            (axis.Place(least), axis.Place(most)),
            Is.EqualTo((0.0, 1.0)).Using<(double, double)>((one, other) => one.Item1 is > 0 and < 0.5 && one.Item2 is > 0.5 and < 1));
    }

    [Test]
    public void Nines_EachNine_TakesAsMuchRoom()
    {
        Axis axis = Axis.Nines(3);
        Assert.That(axis.Ticks.Select(tick => tick.Label), Is.EqualTo(new[] { "50 %", "90 %", "99 %", "99.9 %" }));
        Assert.That(new[] { 0.9, 0.99, 0.999, 1 }.Select(axis.Place), Is.EqualTo(new[] { 1 / 3.0, 2 / 3.0, 1, 1 }).Within(1e-9));
    }

    [Test]
    public void Doubling_PowersOfTwo_AreEquallyFarApart() =>
        Assert.That(
            new[] { 1.0, 2, 4, 8 }.Select(Axis.Doubling([1, 2, 4, 8]).Place), Is.EqualTo(new[] { 0, 1 / 3.0, 2 / 3.0, 1 }).Within(1e-9));
}
