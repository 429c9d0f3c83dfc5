using System.Globalization;
using System.Xml.Linq;
using NUnit.Framework;

namespace DaxProxy.Conformance.Commands;

/// <summary>The command <c>capacity</c>, as a process of its own.</summary>
[Parallelizable]
internal sealed class CapacityTests
{
    private string folder = null!;

    private string Page => Path.Combine(folder, "page.html");

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory("daxproxy-capacity-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public async Task Capacity_OfAWorkload_PrintsEachMode_AndWritesThePage_TheSameEachTime()
    {
        ProgramRun run = await RunAsync("--rate", "200", "--seconds", "120", "--region", "eu-west-1");
        Assert.That(run.ExitCode, Is.Zero, run.Errors);
        string[] lines = [.. run.Output.Split('\n').Select(line => line.TrimEnd())];
        Assert.That(
            lines.Skip(3).Take(6).Select(line => line[..line.IndexOf("  ", StringComparison.Ordinal)]),
            Is.EqualTo(new[]
            {
                "provisioned, without caches", "provisioned, with the caches", "on demand, without caches", "on demand, with the caches",
                "auto scaling, without caches", "auto scaling, with the caches",
            }));
        Assert.That(lines[10], Does.StartWith("Cheapest with at most 0.1 % throttled: "));
        XElement page = XDocument.Parse((await File.ReadAllTextAsync(Page)).Replace("<!DOCTYPE html>", "")).Root!;
        Assert.That(page.Descendants("li").Select(item => item.Value), Has.Some.StartsWith("List prices in eu-west-1"));
        Assert.That(run.Errors, Does.Contain("looking at the load").And.Contain("simulating"));

        ProgramRun again = await RunAsync("--rate", "200", "--seconds", "120", "--region", "eu-west-1", "--overwrite");
        Assert.That(again.Output.Split('\n')[..^1], Is.EqualTo(run.Output.Split('\n')[..^1]));
    }

    [Test]
    public async Task Capacity_OfATrace_LooksAtItsTables()
    {
        string trace = Path.Combine(folder, "traffic.trace");
        await File.WriteAllLinesAsync(trace,
        [
            """{"daxproxyTrace":1}""",
            .. Enumerable.Range(0, 2000).Select(at => string.Create(
                CultureInfo.InvariantCulture,
                $$"""{"t":{{at * 10_000}},"op":"{{(at % 10 == 0 ? "PutItem" : "GetItem")}}","table":"{{(at % 2 == 0 ? "One" : "Two")}}","k":["{{at % 50}}"],"n":1,"b":400}""")),
            """{"end":"time","lost":0,"others":0}""",
        ]);
        ProgramRun both = await RunAsync("--trace", trace, "--mode", "on-demand");
        Assert.That(both.ExitCode, Is.Zero, both.Errors);
        Assert.That(both.Output, Does.StartWith("trace traffic.trace: 2,000 requests in 20 s, of whose reads the caches answer 100 %"));
        Assert.That(both.Output, Does.Contain("on demand, without caches").And.Not.Contain("provisioned, "));
        ProgramRun one = await RunAsync("--trace", trace, "--table", "Two", "--mode", "on-demand", "--overwrite");
        Assert.That(one.Output, Does.StartWith("trace traffic.trace, table Two: 1,000 requests"));
    }

    [TestCase("--trace=none.trace", "--trace none.trace: cannot be read; name a file that daxproxy record wrote")]
    [TestCase("--min=10 --max=5", "--min: is more than --max; lower the one or raise the other")]
    [TestCase("--table=One", "--workload: has one table; leave out --table")]
    [TestCase("--target=95", "--target 95: give a number from 20 to 90")]
    [TestCase("--workload=none", "--workload none: cannot be read; name one of ycsb-a, ")]
    [TestCase("--mode=free", "Argument 'free' not recognized")]
    [TestCase("--trace=/dev/null --rate=5", "--trace: says what is asked for and when; leave out --rate")]
    public async Task Capacity_OptionsThatCannotBe_AreRefusedInOneLine_AndNothingIsWritten(string options, string fault)
    {
        ProgramRun run = await RunAsync(options.Split(' '));
        Assert.That((run.ExitCode, File.Exists(Page)), Is.EqualTo((2, false)));
        Assert.That(run.Errors, Does.StartWith(fault));
    }

    [Test]
    public async Task Capacity_FileThatIsThere_IsKept()
    {
        await File.WriteAllTextAsync(Page, "mine");
        ProgramRun run = await RunAsync();
        Assert.That((run.ExitCode, run.Errors), Is.EqualTo((2, $"--out {Page}: is there already; give another name, or --overwrite")));
        Assert.That(await File.ReadAllTextAsync(Page), Is.EqualTo("mine"));
    }

    private Task<ProgramRun> RunAsync(params string[] options) => ProgramRun.OfAsync(["capacity", "--out", Page, .. options]);
}
