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

    private static void Run(Progress progress)
    {
        progress.Begin("one", 0.5);
        progress.Reach(0.5);
        progress.Begin("other", 0.5);
        progress.Reach(1);
        progress.Say("over");
    }
}
