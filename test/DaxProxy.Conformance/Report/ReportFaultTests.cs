using System.Net;
using System.Net.Sockets;
using NUnit.Framework;

namespace DaxProxy.Conformance.Report;

/// <summary>A report that cannot be: one line that names the option and the remedy, an exit code, nothing left behind.</summary>
[Parallelizable]
internal sealed class ReportFaultTests
{
    private const string NoServer = "http://127.0.0.1:9";

    private ReportHosts hosts = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => hosts = await ReportHosts.StartAsync();

    [OneTimeTearDown]
    public async Task StopAsync() => await hosts.DisposeAsync();

    [TestCase("--direct DIRECT", "--proxied is missing: give the address of the proxy")]
    [TestCase("--seconds 3", "--direct is missing: give the address of DynamoDB, or try --demo")]
    [TestCase("--demo --direct DIRECT", "--demo: starts its own servers; leave out --direct")]
    [TestCase("--direct DIRECT --proxied PROXIED --proxied-dax nowhere", "--proxied-dax nowhere: is no address; give host and port")]
    [TestCase("--demo never", "--demo never: give a number from 0 to 10000")]
    [TestCase("--demo --proxied-dax 127.0.0.1:8111", "--demo: starts its own servers; leave out --proxied-dax")]
    [TestCase("--compare one.json", "'--compare'")]
    [TestCase("--compare typo.json typo.json --fail-if hits<80%", "--compare: measures nothing; leave out --fail-if")]
    [TestCase("--compare typo.json typo.json", "are not both the figures of a report")]
    [TestCase("--direct DIRECT --proxied PROXIED --out typo.json.html", "--out typo.json.html: typo.json.html is there already; give another name, or --overwrite")]
    [TestCase("--direct DIRECT --proxied PROXIED --out typo.html", "--out typo.html: typo.json is there already; give another name, or --overwrite")]
    [TestCase("--demo --fail-if p99>1ms --junit /nowhere/results.xml", "--junit /nowhere/results.xml: cannot be written; name a file in a folder that exists")]
    [TestCase("--direct DIRECT --proxied PROXIED --fail-if p99=1", "--fail-if 'p99=1': is no rule; give one like")]
    [TestCase("--direct DIRECT --proxied PROXIED --junit results.xml", "--junit results.xml: there is no rule to report")]
    [TestCase("--direct nowhere --proxied PROXIED", "--direct nowhere: is no address; give one like")]
    [TestCase("--direct http://key:secret@127.0.0.1:1 --proxied PROXIED", "is no address; give one like")]
    [TestCase("--direct DIRECT --proxied PROXIED --workload ycsb-z", "--workload ycsb-z: cannot be read; name one of ycsb-a,")]
    [TestCase(
        "--direct DIRECT --proxied PROXIED --workload typo.json",
        "--workload typo.json: Raeds is no member of a workload; remove it or use one of Name,")]
    [TestCase("--direct DIRECT --proxied PROXIED --items 12", "--items 12: a load that writes on 64 connections needs 128")]
    [TestCase("--direct DIRECT --proxied PROXIED --items 1.5", "--items 1.5: give a whole number from 1 to 10000000")]
    [TestCase("--direct DIRECT --proxied PROXIED --seconds ever", "--seconds ever: give a number from 0.5 to 86400")]
    [TestCase("--direct DIRECT --proxied PROXIED --rate -1", "--rate -1: give a number from 1 to 1000000")]
    [TestCase(
        "--direct DIRECT --proxied PROXIED --out /nowhere/page.html",
        "--out /nowhere/page.html: cannot be written; name a file in a folder that exists")]
    [TestCase("--direct DIRECT --proxied PROXIED --out page.json", "--out page.json: names no page; give a file that ends in .html")]
    [TestCase("--direct DIRECT --proxied PROXIED --port=8000", "'--port=8000'")]
    public async Task Report_WrongArguments_EndsWithTwo(string arguments, string expected)
    {
        (int exitCode, string error) = await RunAsync(arguments.Split(' '), ("typo.json", """{ "Raeds": 1 }"""), ("typo.json.html", ""));
        Assert.That(exitCode, Is.EqualTo(2), error);
        Assert.That(error, Does.Contain(expected).And.Not.Contains("   at ").And.Not.Contains("key:secret"));
    }

    [Test]
    public async Task Report_NoServerAtOneEnd_NamesIt()
    {
        (int exitCode, string error) = await RunAsync(["--direct", NoServer, "--proxied", $"{hosts.Proxied}"]);
        Assert.That((exitCode, error), Is.EqualTo((1, error)));
        Assert.That(
            error, Does.StartWith($"--direct {NoServer}: Connection refused").And.Contains("is it running, and is this its address?"));
        (exitCode, error) = await RunAsync(["--direct", $"{hosts.Direct}", "--proxied", NoServer]);
        Assert.That((exitCode, error), Is.EqualTo((1, error)));
        Assert.That(error, Does.StartWith($"--proxied {NoServer}: Connection refused"));
        Assert.That((await hosts.Sdk.ListTablesAsync()).TableNames ?? [], Is.Empty);
    }

    [Test]
    public async Task Report_NoDaxWhereItShouldBe_SaysSoBeforeAnythingIsMade()
    {
        (int exitCode, string error) =
            await RunAsync(["--direct", $"{hosts.Direct}", "--proxied", $"{hosts.Proxied}", "--proxied-dax", "127.0.0.1:9"]);
        Assert.That((exitCode, error), Is.EqualTo((1, error)));
        Assert.That(error, Does.StartWith("--proxied-dax 127.0.0.1:9: no reads there (").And.Contains("or leave it out"));
        Assert.That((await hosts.Sdk.ListTablesAsync()).TableNames ?? [], Is.Empty);
    }

    [Test]
    public async Task Report_NoProxyWhereItShouldBe_SaysSoAndLeavesNothing()
    {
        (int exitCode, string error) = await RunAsync(["--direct", $"{hosts.Direct}", "--proxied", $"{hosts.Direct}"]);
        Assert.That((exitCode, error), Is.EqualTo((1, error)));
        Assert.That(error, Does.Contain($"--proxied {hosts.Direct}: answers without Cache-Status, so it is no DaxProxy"));
        Assert.That((await hosts.Sdk.ListTablesAsync()).TableNames ?? [], Is.Empty);
    }

    [Test]
    public async Task Report_ProxyInFrontOfSomethingElse_SaysSo()
    {
        await using ReportHosts others = await ReportHosts.StartAsync();
        (int exitCode, string error) = await RunAsync(["--direct", $"{hosts.Direct}", "--proxied", $"{others.Proxied}"]);
        Assert.That((exitCode, error), Is.EqualTo((1, error)));
        Assert.That(error, Does.Contain("does not know a table that was made by --direct; start the proxy in front of the same"));
    }

    [Test]
    public async Task Report_KeyIsNotAccepted_NamesTheRemedyAndNoSecret()
    {
        string keys = Path.GetTempFileName();
        await File.WriteAllTextAsync(keys, "[one]\naws_access_key_id=one\naws_secret_access_key=its-secret\n");
        await using ReportHosts verifying = await ReportHosts.StartAsync(keys);
        (int exitCode, string error) = await RunAsync(["--direct", $"{verifying.Direct}", "--proxied", $"{hosts.Proxied}"]);
        File.Delete(keys);
        Assert.That((exitCode, error), Is.EqualTo((1, error)));
        Assert.That(error, Does.Contain(
            "does not accept the credentials (UnrecognizedClientException); set AWS_ACCESS_KEY_ID").And.Not.Contains("its-secret"));
    }

    [Test]
    public async Task Report_SomethingElseAnswers_SaysSo()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        Task serving = Task.Run(async () =>
        {
            // The report connects once without a request, to see whether a server is there.
            (await listener.AcceptTcpClientAsync()).Dispose();
            using TcpClient client = await listener.AcceptTcpClientAsync();
            _ = await client.GetStream().ReadAsync(new byte[4096]);
            await client.GetStream().WriteAsync("HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nNo.\n"u8.ToArray());
        });
        (int exitCode, string error) = await RunAsync(["--direct", $"http://{listener.LocalEndpoint}", "--proxied", $"{hosts.Proxied}"]);
        Assert.That((exitCode, error), Is.EqualTo((1, error)));
        Assert.That(error, Does.Contain("CreateTable was refused (HTTP 404); is this the address of a DynamoDB API?"));
        await serving;
    }

    /// <summary>Runs it; what it says besides its phases has to be one line.</summary>
    private async Task<(int ExitCode, string Error)> RunAsync(string[] arguments, params (string Name, string Content)[] files)
    {
        using ReportProcess report = new(
            arguments.Select(word => word.Replace("DIRECT", $"{hosts.Direct}").Replace("PROXIED", $"{hosts.Proxied}")), files);
        (int exitCode, string output, string error) = await report.EndAsync();
        string[] lines = [.. error.TrimEnd().Split('\n').Where(line => !char.IsAsciiDigit(line[0]))];
        Assert.That((lines.Length, output), Is.EqualTo((1, "")), error);
        return (exitCode, lines[0]);
    }
}
