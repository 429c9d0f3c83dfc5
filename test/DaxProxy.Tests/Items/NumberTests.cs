using System.Globalization;
using System.Numerics;
using System.Text;
using DaxProxy.Core.Items;
using NUnit.Framework;

namespace DaxProxy.Tests.Items;

public sealed class NumberTests
{
    private const int Rounds = 20_000;

    private static readonly string Nines = new('9', 38);

    private static IEnumerable<TestCaseData> Spellings() =>
    [
        new("5", "5"), new("+5", "5"), new("-5", "-5"), new(".5", "0.5"), new("5.", "5"), new("1.e5", "100000"), new("1E5", "100000"),
        new("1e+5", "100000"), new("1e-5", "0.00001"), new("007", "7"), new("1.500", "1.5"), new("100", "100"), new("-0", "0"),
        new("0", "0"),
        new("-0.00", "0"), new("+.0", "0"), new("0e125", "0"), new("0.0e126", "0"), new("0e-130", "0"), new("10e-1", "1"),
        new("0.1e126", "1" + new string('0', 125)), new("1e125", "1" + new string('0', 125)),
        new("1E-130", "0." + new string('0', 129) + "1"),
        new("-1E-130", "-0." + new string('0', 129) + "1"), new("0.01e-128", "0." + new string('0', 129) + "1"),
        new("9.9999999999999999999999999999999999999E+125", Nines + new string('0', 88)),
        new("-9.9999999999999999999999999999999999999E125", "-" + Nines + new string('0', 88)),
        new(Nines + "E-167", "0." + new string('0', 129) + Nines), new("-" + Nines, "-" + Nines), new(Nines + "000.000", Nines + "000"),
        new("000" + Nines + "e0000000000000000000000000", Nines), new("18446744073709551616", "18446744073709551616"),
        new("1234567890123456789012345678901234567.8", "1234567890123456789012345678901234567.8"),
        new("10000000000000000000000000000000000001", "10000000000000000000000000000000000001"), new("12.5e1", "125"),
        new("12.34e1", "123.4"),
    ];

    [TestCaseSource(nameof(Spellings))]
    public void TryParse_AcceptedSpelling_GivesCanonicalText(string text, string canonical)
    {
        Assert.That(Number.TryParse(text, out Number number), Is.EqualTo(NumberFault.None));
        Assert.That(Number.TryParse(Encoding.ASCII.GetBytes(text), out Number fromBytes), Is.EqualTo(NumberFault.None));
        Assert.That(number.ToString(), Is.EqualTo(canonical));
        Assert.That(fromBytes, Is.EqualTo(number));

        byte[] exact = new byte[canonical.Length];
        Assert.That(number.TryFormat(exact, out int written), Is.True);
        Assert.That(Encoding.ASCII.GetString(exact), Is.EqualTo(canonical));
        Assert.That(written, Is.EqualTo(canonical.Length));
        Assert.That(number.TryFormat(exact.AsSpan(1), out written), Is.False);
        Assert.That(written, Is.Zero);
    }

    [TestCase("")]
    [TestCase(" ")]
    [TestCase("1 ")]
    [TestCase(" 1")]
    [TestCase("+")]
    [TestCase("-")]
    [TestCase(".")]
    [TestCase("+.")]
    [TestCase(".e5")]
    [TestCase("e5")]
    [TestCase("1e")]
    [TestCase("1e+")]
    [TestCase("1e1.5")]
    [TestCase("1e 5")]
    [TestCase("1.2.3")]
    [TestCase("--1")]
    [TestCase("1-")]
    [TestCase("NaN")]
    [TestCase("Infinity")]
    [TestCase("0x10")]
    [TestCase("1_000")]
    [TestCase("1,000")]
    [TestCase("abc")]
    [TestCase("١")]
    [TestCase("1e9223372036854775808")]
    [TestCase("0e99999999999999999999")]
    [TestCase("1e-9223372036854775809")]
    public void TryParse_NoNumber_SaysSo(string text)
    {
        Assert.That(Number.TryParse(text, out Number number), Is.EqualTo(NumberFault.NotANumber));
        Assert.That(Number.TryParse(Encoding.UTF8.GetBytes(text), out _), Is.EqualTo(NumberFault.NotANumber));
        Assert.That(number, Is.EqualTo(default(Number)));
    }

    [TestCase("1e126", NumberFault.Overflow)]
    [TestCase("-1e126", NumberFault.Overflow)]
    [TestCase("10e125", NumberFault.Overflow)]
    [TestCase("1e9223372036854775807", NumberFault.Overflow)]
    [TestCase("0e126", NumberFault.Overflow)]
    [TestCase("0.0e127", NumberFault.Overflow)]
    [TestCase("1e-131", NumberFault.Underflow)]
    [TestCase("9.9e-131", NumberFault.Underflow)]
    [TestCase("-1e-131", NumberFault.Underflow)]
    [TestCase("1e-9223372036854775808", NumberFault.Underflow)]
    [TestCase("0e-131", NumberFault.Underflow)]
    [TestCase("123456789012345678901234567890123456789", NumberFault.TooManyDigits)]
    [TestCase("0.123456789012345678901234567890123456789", NumberFault.TooManyDigits)]
    [TestCase("1000000000000000000000000000000000000001", NumberFault.TooManyDigits)]
    [TestCase("123456789012345678901234567890123456789e100", NumberFault.Overflow)]
    [TestCase("123456789012345678901234567890123456789e-169", NumberFault.Underflow)]
    public void TryParse_OutOfRange_NamesTheFault(string text, NumberFault fault)
    {
        Assert.That(Number.TryParse(text, out Number number), Is.EqualTo(fault));
        Assert.That(number, Is.EqualTo(default(Number)));
    }

    [Test]
    public void TryParse_EndlessZeros_AreNoDigits()
    {
        string zeros = new('0', 100_000);
        Assert.That(RandomValues.Parse(zeros + "1." + zeros), Is.EqualTo(Number.FromInt64(1)));
        Assert.That(RandomValues.Parse("1" + zeros + "e-100000"), Is.EqualTo(Number.FromInt64(1)));
        Assert.That(Number.TryParse("1" + zeros + "1", out _), Is.EqualTo(NumberFault.Overflow));
    }

    [Test]
    public void Parse_RandomSpellings_AreOneValue()
    {
        RandomValues random = new(1);
        for (int i = 0; i < Rounds; i++)
        {
            (BigInteger coefficient, int exponent) = random.Scaled();
            string spelled = random.Respell(coefficient, exponent);
            Number number = RandomValues.Parse($"{coefficient}E{exponent}");
            Number other = RandomValues.Parse(spelled);
            Assert.That(other, Is.EqualTo(number), spelled);
            Assert.That(other.GetHashCode(), Is.EqualTo(number.GetHashCode()), spelled);
            Assert.That(RandomValues.Parse(number.ToString()), Is.EqualTo(number), spelled);
        }
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(-1)]
    [TestCase(100)]
    [TestCase(-1200)]
    [TestCase(long.MaxValue)]
    [TestCase(long.MinValue)]
    public void FromInt64_AnyValue_KeepsIt(long value) =>
        Assert.That(Number.FromInt64(value).ToString(), Is.EqualTo(value.ToString(CultureInfo.InvariantCulture)));

    [TestCase("1", "2", "3")]
    [TestCase("1", "-1", "0")]
    [TestCase("0", "-7", "-7")]
    [TestCase("99999999999999999999999999999999999999", "1", "100000000000000000000000000000000000000")]
    [TestCase("100000000000000000000000000000000000000", "-1", "99999999999999999999999999999999999999")]
    [TestCase("1e50", "1", null)]
    [TestCase("1e38", "1", null)]
    [TestCase("2e38", "-1", null)]
    [TestCase("9e125", "1e125", null)]
    [TestCase("-9e125", "-1e125", null)]
    [TestCase("1.1e-129", "-1.01e-129", null)]
    public void TryAdd_Pair_IsExactOrRefused(string left, string right, string? sum)
    {
        bool possible = Number.TryAdd(RandomValues.Parse(left), RandomValues.Parse(right), out Number result);
        Assert.That(possible ? result.ToString() : null, Is.EqualTo(sum));
    }

    [Test]
    public void TryAddAndSubtract_RandomPairs_AgreeWithBigIntegers()
    {
        RandomValues random = new(2);
        int refused = 0;
        for (int i = 0; i < Rounds; i++)
        {
            (BigInteger a, int ae) = random.Scaled();
            (BigInteger b, int be) = random.Scaled();
            int low = Math.Min(ae, be);
            BigInteger left = a * BigInteger.Pow(10, ae - low), right = b * BigInteger.Pow(10, be - low);
            Number x = RandomValues.Parse($"{a}E{ae}"), y = RandomValues.Parse($"{b}E{be}");
            refused += Check(left + right, low, Number.TryAdd(x, y, out Number sum), sum);
            refused += Check(left - right, low, Number.TrySubtract(x, y, out Number difference), difference);
            Assert.That(x.CompareTo(y), Is.EqualTo(left.CompareTo(right)), $"{x} and {y}");
            Assert.That(x.Equals(y), Is.EqualTo(left == right));
        }

        Assert.That(refused, Is.InRange(Rounds / 10, Rounds * 2));

        static int Check(BigInteger exact, int exponent, bool possible, Number result)
        {
            NumberFault fault = Number.TryParse(exact.IsZero ? "0" : $"{exact}E{exponent}", out Number expected);
            Assert.That(possible, Is.EqualTo(fault == NumberFault.None), $"{exact}E{exponent}");
            Assert.That(result, Is.EqualTo(expected));
            return possible ? 0 : 1;
        }
    }

    [Test]
    public void TryAdd_CloseCoefficients_AgreeWithBigIntegersAtTheLimitOfDigits()
    {
        RandomValues random = new(3);
        for (int i = 0; i < Rounds; i++)
        {
            int shift = random.Below(41);
            BigInteger a = random.Below(100) + 1, b = BigInteger.Pow(10, 38) - 1 - random.Below(3);
            Number x = RandomValues.Parse($"{a}E{shift}"), y = RandomValues.Parse($"-{b}");
            bool possible = Number.TryAdd(x, y, out Number sum);
            BigInteger exact = (a * BigInteger.Pow(10, shift)) - b;
            Assert.That(
                possible,
                Is.EqualTo(Number.TryParse(exact.ToString(CultureInfo.InvariantCulture), out Number expected) == NumberFault.None));
            Assert.That(sum, Is.EqualTo(expected));
        }
    }

    [Test]
    public void ParseFormatAndCompare_AnyNumber_AllocateNothing()
    {
        byte[] text = Encoding.ASCII.GetBytes("-1234567890123456789012345.6789");
        byte[] room = new byte[Number.MaxFormattedBytes];
        Run();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Run();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);

        void Run()
        {
            for (int i = 0; i < 100; i++)
            {
                _ = Number.TryParse(text, out Number number);
                _ = number.TryFormat(room, out _);
                _ = number.CompareTo(Number.FromInt64(i)) + number.GetHashCode();
                _ = Number.TryAdd(number, Number.FromInt64(i), out _);
            }
        }
    }
}
