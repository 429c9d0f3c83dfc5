using DaxProxy.Report;
using NUnit.Framework;

namespace DaxProxy.Tests.Report;

public sealed class QuantityTests
{
    [TestCase(0.5, "0.50 µs")]
    [TestCase(187.4, "187 µs")]
    [TestCase(4310, "4.31 ms")]
    [TestCase(43_100, "43.1 ms")]
    [TestCase(1_200_000, "1.20 s")]
    public void Microseconds_Durations_HaveThreeDigits(double value, string expected) =>
        Assert.That(Quantity.Microseconds(value), Is.EqualTo(expected));

    [TestCase(4280, 4350, "4.28–4.35 ms")]
    [TestCase(900, 1100, "900 µs–1.10 ms")]
    [TestCase(-5, 100, "0.00–100 µs")]
    public void Microseconds_Intervals_ShareTheirUnit(double low, double high, string expected) =>
        Assert.That(Quantity.Microseconds(low, high), Is.EqualTo(expected));

    [TestCase(0, "0 %")]
    [TestCase(0.00001, "less than 0.01 %")]
    [TestCase(0.0012, "0.12 %")]
    [TestCase(0.973, "97.3 %")]
    [TestCase(1, "100 %")]
    public void Share_OfOne_IsAPercentage(double value, string expected) => Assert.That(Quantity.Share(value), Is.EqualTo(expected));

    [TestCase(0, "$0")]
    [TestCase(0.0312, "$0.0312")]
    [TestCase(0.125, "$0.125")]
    [TestCase(82.128, "$82.13")]
    [TestCase(12_300.4, "$12,300")]
    public void Dollars_Amounts_HaveTheCentsThatMatter(double value, string expected) =>
        Assert.That(Quantity.Dollars(value), Is.EqualTo(expected));
}
