using System.Text.Json;
using Amazon.DynamoDBv2.Model;
using DaxProxy.Conformance.Security;
using NUnit.Framework;

namespace DaxProxy.Conformance.Report;

/// <summary>
/// The command <c>report</c> from one end to the other: the real executable against real hosts. What it measures is not judged, only that
/// it is there.
/// </summary>
[Category("Long")]
[Parallelizable]
internal sealed class ReportTests
{
    private const string Everything =
        """{ "Reads": 0.4, "Updates": 0.2, "Inserts": 0.1, "Scans": 0.2, "ReadModifyWrites": 0.1, "Items": 300, "ItemBytes": 200, "ScanItems": 10, "Distribution": "Latest" }""";

    private ReportHosts hosts = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => hosts = await ReportHosts.StartAsync();

    [OneTimeTearDown]
    public async Task StopAsync() => await hosts.DisposeAsync();

    [TestCase("--connections 3")]
    [TestCase("--connections 3 --rate 200")]
    public async Task Report_EveryKindOfRequest_MeasuresAndLeavesNothing(string arguments)
    {
        using ReportProcess report = new(
            [.. Ways(), "--workload", "shop.json", "--seconds", "6", "--out", "page.html", .. arguments.Split(' ')],
            [("shop.json", Everything)]);
        (int exitCode, string output, string error) = await report.EndAsync();
        Assert.That(exitCode, Is.Zero, error);
        Assert.That(output.Split('\n')[0], Does.StartWith("Use it").Or.StartWith("Hardly").Or.StartWith("Do not use"));
        Assert.That(error, Does.Contain("warm, taking turns"));
        using JsonDocument figures = JsonDocument.Parse(report.Read("page.json"));
        JsonElement found = figures.RootElement.GetProperty("figures");
        Assert.That(found.GetProperty("hitRatio").GetDouble(), Is.Positive);
        Assert.That(found.GetProperty("audit").GetProperty("looks").GetInt64(), Is.Positive);
        Assert.That(found.GetProperty("audit").GetProperty("stale").GetInt64(), Is.Zero);
        Assert.That(found.GetProperty("wrong").GetInt64(), Is.Zero);
        Assert.That(
            (found.GetProperty("directErrors").GetDouble(), found.GetProperty("proxiedErrors").GetDouble()), Is.EqualTo((0.0, 0.0)),
            output);
        Assert.That(
            found.GetProperty("kinds").EnumerateArray().Select(kind => kind.GetProperty("name").GetString()),
            Is.EqualTo(KindsOfEveryRound(figures.RootElement)));
        Assert.That(report.Read("page.html"), Does.Contain("<h1>").And.Contains("--workload shop.json"));
        await NothingIsLeftAsync(hosts);
    }

    [Test]
    public async Task Report_Demonstration_NeedsNothingAndKeepsOlderReports()
    {
        string[] rules = ["--fail-if", "mean>0us", "--fail-if", "stale>0", "--junit", "rules.xml"];
        using ReportProcess report =
            new(["--demo", "2", "--items", "200", "--connections", "2", "--seconds", "4", .. rules], [("report.json", "older")]);
        (int exitCode, string output, string error) = await report.EndAsync();
        Assert.That(exitCode, Is.EqualTo(3), error);
        Assert.That(error.TrimEnd().Split('\n')[^1], Does.StartWith("--fail-if 'mean>0us': it is "));
        Assert.That(output, Does.Contain("But: This is a demonstration").And.Contain("More in report-2.html and report-2.json"));
        Assert.That(report.Read("report-2.html"), Does.Contain(">over DAX</th>"));
        Assert.That(report.Read("report.json"), Is.EqualTo("older"));
        Assert.That(report.Read("rules.xml"), Does.Contain("tests=\"2\" failures=\"1\""));
    }

    [Test]
    public async Task Report_OverTls_MeasuresWhereTheRootIsTrusted()
    {
        using CertificateFiles certificate = new();
        await using ReportHosts own = await ReportHosts.StartAsync(certificate: certificate);
        Dictionary<string, string> environment =
            new() { ["AWS_ACCESS_KEY_ID"] = "AKIDEXAMPLE", ["AWS_SECRET_ACCESS_KEY"] = "secret", ["AWS_SESSION_TOKEN"] = "token" };
        string[] arguments =
            ["--direct", $"{own.Secure[0]}", "--proxied", $"{own.Secure[1]}", "--items", "200", "--connections", "2", "--seconds", "4"];
        using ReportProcess trusting = new(arguments, environment: new(environment) { ["SSL_CERT_FILE"] = certificate.AuthorityFile });
        (int exitCode, string output, string error) = await trusting.EndAsync();
        Assert.That(exitCode, Is.Zero, error);
        Assert.That(output + error + trusting.Read("report.json") + trusting.Read("report.html"), Does.Not.Contain("token"));
        using ReportProcess other = new(arguments, environment: environment);
        (exitCode, output, error) = await other.EndAsync();
        Assert.That((exitCode, output), Is.EqualTo((1, "")), error);
        Assert.That(
            error.TrimEnd(),
            Does.StartWith($"--direct {own.Secure[0]}: TLS failed: ").And.EndsWith("or use the name it is for").And.Not.Contains("\n"));
    }

    /// <summary>A writer past the proxy is what makes its cache stale.</summary>
    [Test]
    public async Task Report_ItemsWrittenPastTheProxy_FindsStaleReads()
    {
        await using ReportHosts own = await ReportHosts.StartAsync();
        using ReportProcess report = new(
            ["--direct", $"{own.Direct}", "--proxied", $"{own.Proxied}", "--workload", "ycsb-c", "--items", "20", "--connections", "2",
                "--seconds", "6"]);
        Task<(int ExitCode, string Output, string Error)> end = report.EndAsync();
        int writes = 0;
        while (!report.HasEnded)
        {
            string? table = (await own.Sdk.ListTablesAsync()).TableNames?.Find(name => name.EndsWith("-proxied", StringComparison.Ordinal));
            try
            {
                await own.Sdk.UpdateItemAsync(new UpdateItemRequest
                {
                    TableName = table ?? "none",
                    Key = new() { ["pk"] = new AttributeValue("p#0000000"), ["sk"] = new AttributeValue($"{writes++ % 20:00000000}") },
                    UpdateExpression = "ADD v :one",
                    ConditionExpression = "attribute_exists(v)",
                    ExpressionAttributeValues = new() { [":one"] = new AttributeValue { N = "1" } },
                });
            }
            catch (Exception fault) when (fault is ResourceNotFoundException or ConditionalCheckFailedException)
            {
                // Before the table is full, and after it is gone.
            }
        }

        (int exitCode, string output, string error) = await end;
        Assert.That((exitCode, output), Is.EqualTo((0, output)), error);
        Assert.That(output, Does.StartWith("Do not use this here: reads through it were stale.\n"));
        using JsonDocument figures = JsonDocument.Parse(report.Read("report.json"));
        JsonElement measured = figures.RootElement.GetProperty("measurement");
        Assert.That(measured.GetProperty("proxied").GetProperty("stale").GetInt64(), Is.Positive);
        Assert.That(measured.GetProperty("direct").GetProperty("stale").GetInt64(), Is.Zero, "past the proxy nothing is stale");
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Report_DemonstrationThatEnds_LeavesNoServer(bool isKilled)
    {
        using ReportProcess report = new(["--demo", "--items", "200", "--seconds", "600"]);
        await report.SaysAsync(" making two tables");
        int[] servers = report.Children();
        Assert.That(servers, Has.Length.EqualTo(2));
        if (isKilled)
        {
            report.Kill();
        }
        else
        {
            report.Interrupt();
        }

        (int exitCode, string _, string error) = await report.EndAsync();
        Assert.That(exitCode, Is.EqualTo(isKilled ? 137 : 130), error);
        while (Array.Exists(servers, ReportProcess.IsRunning))
        {
            await Task.Delay(20);
        }
    }

    [Test]
    public async Task Report_Interrupted_RemovesItsTables()
    {
        await using ReportHosts own = await ReportHosts.StartAsync();
        using ReportProcess report = new(
            ["--direct", $"{own.Direct}", "--proxied", $"{own.Proxied}", "--items", "200", "--seconds", "600"]);
        await report.SaysAsync(" cold, direct");
        Assert.That((await own.Sdk.ListTablesAsync()).TableNames, Has.Exactly(2).StartsWith("daxproxy-report-"));
        report.Interrupt();
        (int exitCode, string output, string error) = await report.EndAsync();
        Assert.That((exitCode, output, report.Has("report.html")), Is.EqualTo((130, "", false)), error);
        Assert.That(error.TrimEnd(), Does.EndWith("Stopped; there is no report."));
        await NothingIsLeftAsync(own);
    }

    /// <summary>The kinds that can be compared: on a busy machine a round may be over before each kind has had its turn.</summary>
    private static IEnumerable<string> KindsOfEveryRound(JsonElement report)
    {
        JsonElement[] warm =
            [.. report.GetProperty("measurement").GetProperty("rounds").EnumerateArray()
                .Where(round => round.GetProperty("phase").GetString() == "Warm")];
        string[] kinds = ["reads", "scans", "writes"];
        Assert.That(kinds.Index().Select(kind => warm.Sum(round => CountOf(round, kind.Index))), Is.All.Positive);
        return kinds.Index().Where(kind => warm.All(round => CountOf(round, kind.Index) > 0)).Select(kind => kind.Item);

        static long CountOf(JsonElement round, int kind) => round.GetProperty("latency")[kind].GetProperty("count").GetInt64();
    }

    private string[] Ways() => ["--direct", $"{hosts.Direct}", "--proxied", $"{hosts.Proxied}"];

    private static async Task NothingIsLeftAsync(ReportHosts hosts) =>
        Assert.That((await hosts.Sdk.ListTablesAsync()).TableNames ?? [], Is.Empty);
}
