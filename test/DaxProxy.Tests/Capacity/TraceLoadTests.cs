using DaxProxy.Capacity;
using DaxProxy.Report;
using NUnit.Framework;

namespace DaxProxy.Tests.Capacity;

public sealed class TraceLoadTests
{
    private string path = null!;

    [SetUp]
    public void MakeFile() => path = Path.GetTempFileName();

    [TearDown]
    public void DeleteFile() => File.Delete(path);

    [Test]
    public void Requests_OfATrace_TakeTheUnitsOfWhatTheyReadAndWrite()
    {
        Write(
            """{"t":1000000,"op":"GetItem","table":"one","k":["a"],"n":1,"b":5000}""",
            """{"t":1500000,"op":"GetItem","table":"one","k":["b"],"n":1,"b":100,"consistent":true,"hit":true}""",
            """{"t":2000000,"op":"TransactGetItems","table":"one","k":["a","b"],"n":2,"b":8192,"consistent":true}""",
            """{"t":2000000,"op":"Query","table":"two","p":["p"],"q":"x","n":30,"b":40960}""",
            """{"t":2500000,"op":"PutItem","table":"two","k":["a"],"p":["p"],"n":1,"b":2049}""",
            """{"t":2400000,"op":"DeleteItem","table":"two","k":["a"],"p":["p"],"n":1}""",
            """{"t":2600000,"op":"TransactWriteItems","table":"two","k":["a","b"],"p":["p","p"],"n":2,"b":1000}""",
            """{"t":2700000,"op":"ExecuteStatement","table":"two","k":["a"]}""");
        TraceLoad load = new(path, null);
        CapacityRequest[] requests = [.. load.Requests(_ => { })];
        Assert.That(load.Tables, Is.EqualTo(new[] { "one", "two" }));
        Assert.That(
            requests.Select(request => (request.At.TotalSeconds, load.Tables[request.Table], request.Kind, UnitsOf(request))),
            Is.EqualTo(new[]
            {
                (0, "one", CapacityKind.Read, 1.0),
                (0.5, "one", CapacityKind.Read, 1.0),
                (1, "one", CapacityKind.Read, 4.0),
                (1, "two", CapacityKind.Page, 5.0),
                (1.5, "two", CapacityKind.Write, 3.0),
                (1.5, "two", CapacityKind.Delete, 3.0),
                (1.6, "two", CapacityKind.Write, 4.0),
            }));
        Assert.That(requests[3].Scopes.Intersect(requests[4].Scopes).Count(), Is.EqualTo(1), "the write voids the page");
        Assert.That(new TraceLoad(path, "two").Requests(_ => { }).Count(), Is.EqualTo(4));
    }

    [Test]
    public void Trace_ThatIsNone_OrHasNoSuchTable_IsRefusedInOneLine()
    {
        File.WriteAllText(path, "{}\n");
        Assert.That(Fault(null), Does.EndWith("is no trace; name a file that daxproxy record wrote"));
        Write("""{"t":1,"op":"GetItem","table":"one","k":["a"]}""", """{"t":"x"}""");
        Assert.That(Fault(null), Does.Contain("line 3 is none of a trace of version 1"));
        Write("""{"t":1,"op":"GetItem","table":"one","k":["a"]}""");
        Assert.That(Fault("none"), Does.StartWith("--table none: is not in "));
        Write();
        Assert.That(Fault(null), Does.Contain("holds no requests"));
        Write([.. Enumerable.Range(0, 51).Select(table => $$"""{"t":1,"op":"GetItem","table":"t{{table}}","k":["a"]}""")]);
        Assert.That(Fault(null), Does.Contain("has more than 50 tables; choose one with --table"));
    }

    private static double UnitsOf(CapacityRequest request) => request.Items.Sum(item => RequestUnits.Of(request, item));

    private string Fault(string? table) =>
        Assert.Throws<ReportFault>(() => new TraceLoad(path, table).Requests(_ => { }).Count())!.Message;

    private void Write(params string[] lines) =>
        File.WriteAllLines(path, ["""{"daxproxyTrace":1}""", .. lines, """{"end":"time","lost":0,"others":0}"""]);
}
