using System.Text.RegularExpressions;
using DaxProxy.Tests;
using NUnit.Framework;

namespace DaxProxy.Conformance.Observing;

/// <summary><c>/metrics</c>: its format, and that all of it is documented.</summary>
public sealed class ExpositionTests
{
    [Test]
    public async Task Metrics_OfEveryKindOfProxy_FollowTheFormatAndItsNamingRules()
    {
        foreach (Exposition exposition in await Expositions.AllAsync())
        {
            Assert.That(exposition.Faults, Is.Empty);
            Assert.That(exposition.Series, Is.Not.Empty);
        }
    }

    [Test]
    public async Task Metrics_OfEveryKindOfProxy_PassPromtool()
    {
        foreach (Exposition exposition in await Expositions.AllAsync())
        {
            if (await Promtool.RunAsync(exposition.Text, "check", "metrics") is not { } answer)
            {
                Assert.Ignore(Promtool.Missing);
                return;
            }

            Assert.That(answer, Is.EqualTo((0, "")));
        }
    }

    [TestCase("# TYPE daxproxy_a_total counter\ndaxproxy_a_total 1\n")]
    [TestCase("# HELP daxproxy_a A.\n# TYPE daxproxy_a counter\ndaxproxy_a 1\n")]
    [TestCase("# HELP daxproxy_a_total A.\n# TYPE daxproxy_a_total gauge\ndaxproxy_a_total 1\n")]
    [TestCase("# HELP daxproxy_a_milliseconds A.\n# TYPE daxproxy_a_milliseconds gauge\ndaxproxy_a_milliseconds 1\n")]
    [TestCase("# HELP daxproxy_a A.\n# TYPE daxproxy_a gauge\ndaxproxy_a 1\ndaxproxy_a 2\n")]
    [TestCase("# HELP daxproxy_a A.\n# TYPE daxproxy_a gauge\ndaxproxy_a{t=\"a\"b\"} 1\n")]
    [TestCase("# HELP daxproxy_a A.\n# TYPE daxproxy_a histogram\ndaxproxy_a_bucket{le=\"1\"} 2\ndaxproxy_a_bucket{le=\"+Inf\"} 1\ndaxproxy_a_sum 1\ndaxproxy_a_count 1\n")]
    public async Task Rules_OfATextThatBreaksOne_SayWhich(string text)
    {
        Assert.That(Exposition.Read(text).Faults, Is.Not.Empty);
        if (await Promtool.RunAsync(text, "check", "metrics") is { } answer)
        {
            TestContext.Out.WriteLine($"promtool: {answer}");
        }
    }

    [Test]
    public async Task Metrics_AllThatThereAre_AreThoseOfThePage()
    {
        IEnumerable<string> exposed = (await Expositions.AllAsync()).SelectMany(exposition => exposition.Types.Keys).Distinct();
        string page = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "operations", "monitoring.md"));
        IEnumerable<string> documented = page.Split('\n')
            .SkipWhile(line => !line.StartsWith("| metric | labels |", StringComparison.Ordinal)).Skip(2)
                .TakeWhile(line => line.StartsWith('|'))
            .SelectMany(line => Regex.Matches(line.Split('|')[1], "`([a-z_]+)`").Select(name => name.Groups[1].Value));
        Assert.That(documented, Is.EquivalentTo(exposed));
    }
}
