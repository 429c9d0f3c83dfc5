using DaxProxy.Report;
using NUnit.Framework;

namespace DaxProxy.Tests.Report;

public sealed class ProgressTests
{
    [Test]
    public void Begin_NoTerminal_IsALineForEachPhase()
    {
        using StringWriter output = new();
        Run(new Progress(output, isTerminal: false));
        Assert.That(
            output.ToString().TrimEnd().Split(Environment.NewLine).Select(line => line[(line.IndexOf(' ') + 1)..]),
            Is.EqualTo(new[] { "one", "other", "over" }));
    }

    [Test]
    public void Reach_Terminal_LengthensTheBar()
    {
        using StringWriter output = new();
        Run(new Progress(output, isTerminal: true));
        Assert.That(output.ToString(), Does.Contain("] 100%"));
        Assert.That(output.ToString().TrimEnd(), Does.EndWith("\rover"));
    }

    [Test]
    public void Rate_Terminal_SaysItAndWhatIsLeft()
    {
        using StringWriter output = new();
        Progress progress = new(output, isTerminal: true);
        progress.Begin("one", 1);
        progress.Rate(12345);
        Assert.That(output.ToString(), Does.Contain("one, 12,345 requests/s").And.Not.Contains("left"));
        progress.Reach(0.5);
        Assert.That(output.ToString(), Does.Match(@"50% 0:\d\d one, 0:\d\d left, 12,345 requests/s"));
    }

    private static void Run(Progress progress)
    {
        progress.Begin("one", 0.5);
        progress.Reach(0.5);
        progress.Begin("other", 0.5);
        progress.Reach(1);
        progress.Say("over");
    }
}
