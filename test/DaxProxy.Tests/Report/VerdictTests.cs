using DaxProxy.Report;
using NUnit.Framework;

namespace DaxProxy.Tests.Report;

/// <summary>The rules of the advice, each by the figures that decide it.</summary>
internal sealed class VerdictTests
{
    private static readonly AuditResult Clean = new(1000, 0, 0, 0);

    private static readonly Figures Helpful = Of(0.2, 0.19, 0.21);

    private static IEnumerable<TestCaseData> Cases()
    {
        yield return Case("much faster", Helpful, "Use", "Use it");
        yield return Case("just enough", Of(0.70, 0.66, 0.75), "Use", "Use it");
        yield return Case("perhaps enough", Of(0.70, 0.64, 0.76), "Hardly", "the rounds differ too much");
        yield return Case("a little faster", Of(0.85, 0.82, 0.88), "Hardly", "it saves little time");
        yield return Case("too little faster", Of(0.93, 0.91, 0.95), "DoNotUse", "the backend is as fast as the proxy");
        yield return Case("as fast", Of(1.0, 0.97, 1.03), "DoNotUse", "the backend is as fast as the proxy");
        yield return Case("slower", Of(1.4, 1.3, 1.5), "DoNotUse", "the backend is as fast as the proxy");
        yield return Case("uncertain", Of(0.9, 0.5, 1.6), "DoNotUse", "the rounds differ too much to show a gain");
        yield return Case(
            "only writes", Of(1.05, 1.02, 1.08) with { WriteShare = 1, HitRatio = 0 }, "DoNotUse",
            "all requests write, and every write goes to DynamoDB");
        yield return Case("mostly writes", Of(0.97, 0.5, 1.2) with { WriteShare = 0.8 }, "DoNotUse", "nearly all requests write");
        yield return Case(
            "few hits", Of(0.98, 0.97, 0.99) with { HitRatio = 0.06 }, "DoNotUse", "too few reads are answered from its cache");
        yield return Case("slow tail", Of(0.2, 0.19, 0.21, tail: new Estimate(2, 1.6, 2.5)), "Hardly", "its slowest requests are slower");
        yield return Case("perhaps a slow tail", Of(0.2, 0.19, 0.21, tail: new Estimate(2, 1.4, 2.9)), "Use", "Use it");
        yield return Case(
            "one stale read", Helpful with { Audit = new AuditResult(1000, 1, 12.5, 0) }, "DoNotUse", "reads through it were stale");
        yield return Case("a wrong answer", Helpful with { Wrong = 1 }, "DoNotUse", "it gave wrong answers");
        yield return Case(
            "stale before wrong", Helpful with { Wrong = 1, Audit = new AuditResult(9, 9, 1, 9) }, "DoNotUse",
            "reads through it were stale");
        yield return Case("errors", Helpful with { ProxiedErrors = 0.002 }, "DoNotUse", "requests through it fail");
        yield return Case("few errors", Helpful with { ProxiedErrors = 0.0005 }, "Use", "Use it");
        yield return Case("errors on both ways", Helpful with { ProxiedErrors = 0.05, DirectErrors = 0.04 }, "Use", "Use it");

        static TestCaseData Case(string name, Figures figures, string advice, string headline) =>
            new TestCaseData(figures, advice, headline).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Cases))]
    public void Of_Figures_Advises(Figures figures, string advice, string headline)
    {
        Verdict verdict = Verdict.Of(figures);
        Assert.That((verdict.Advice.ToString(), verdict.Headline), Is.EqualTo((advice, verdict.Headline)));
        Assert.That(verdict.Headline, Does.Contain(headline).And.EndsWith("."));
        Assert.That(verdict.Reason, Does.Not.Contain("\n").And.EndsWith("."));
    }

    [Test]
    public void Of_StaleReads_SaysHowManyAndHowLong() => Assert.That(
        Verdict.Of(Helpful with { Audit = new AuditResult(1000, 2, 12.5, 1) }).Reason,
        Does.StartWith("2 reads of 1,000 that were checked").And.Contains("for 12.5 ms at least"));

    [Test]
    public void Of_FasterMean_SaysByWhichFigures() => Assert.That(
        Verdict.Of(Helpful).Reason,
        Does.Contain("800 µs on average instead of 4.00 ms").And.Contains("19 % to 21 %").And.Contains("answers 96 % of the reads"));

    private static Figures Of(double ratio, double low, double high, Estimate? tail = null)
    {
        Estimate direct = new(4000, 3900, 4100);
        Comparison mean = new(direct, new Estimate(4000 * ratio, 4000 * low, 4000 * high), new Estimate(ratio, low, high));
        Estimate p99 = tail ?? new Estimate(1.1, 1.0, 1.2);
        KindFigures all = new("all requests", 100_000, mean, new Dictionary<double, Comparison>
        {
            [0.5] = mean,
            [0.99] = new Comparison(direct, new Estimate(4000 * p99.Value, 4000 * p99.Low, 4000 * p99.High), p99),
        });
        return new Figures
        {
            All = all,
            Kinds = [all],
            PerSecond = mean,
            HitRatio = 0.96,
            ColdHitRatio = 0.5,
            WriteShare = 0.05,
            DirectErrors = 0,
            ProxiedErrors = 0,
            Wrong = 0,
            Audit = Clean,
            Costs = new Costs(Prices.Of("us-east-1"), 1000, 0.475, 0.456, 0.05),
        };
    }
}
