using System.Net;
using System.Net.Sockets;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using DaxProxy.Conformance.Clients;
using NUnit.Framework;

namespace DaxProxy.Conformance.Docs;

/// <summary>
/// The commands of docs/guides and of the README, run as a reader would, against the real program. Another engine stands for AWS where a
/// page has a remote backend.
/// </summary>
[Category("Long")]
[Parallelizable(ParallelScope.Children)]
internal sealed class GuideTests
{
    private ServerProcess aws = null!;

    private static IEnumerable<string> Pages =>
        Directory.EnumerateFiles(Guide.Folder, "*.md").Select(file => Path.GetFileNameWithoutExtension(file)).Where(page => page != "README").Order();

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        aws = await ServerProcess.StartAsync(["--in-memory"], []);
        await aws.Sdk.CreateTableAsync(new CreateTableRequest
        {
            TableName = "Orders",
            AttributeDefinitions = [new AttributeDefinition("id", ScalarAttributeType.S)],
            KeySchema = [new KeySchemaElement("id", KeyType.HASH)],
            BillingMode = BillingMode.PAY_PER_REQUEST,
        });
        await aws.Sdk.PutItemAsync("Orders", new() { ["id"] = new("1"), ["state"] = new("open") });
    }

    [OneTimeTearDown]
    public void Stop() => aws.Dispose();

    [TestCaseSource(nameof(Pages))]
    public void Commands_OfAGuide_DoWhatThePageSays(string page) => Run(Path.Combine(Guide.Folder, page + ".md"), []);

    [Test]
    public void Commands_OfTheReadme_Work() =>
        Run(Path.Combine(Guide.Folder, "..", "..", "README.md"), [new GuideStep("daxproxy serve --in-memory", ["ready"])]);

    [Test]
    public void Commands_OfThePageOnThroughput_Work() => Run(Path.Combine(Guide.Folder, "..", "operations", "throughput.md"), []);

    [Test]
    public void Commands_OfThePageOnAutoScaling_Work() => Run(Path.Combine(Guide.Folder, "..", "operations", "auto-scaling.md"), []);

    [TestCaseSource(nameof(Pages))]
    public void Blocks_OfAGuide_AreRunOrSayWhatIsPrinted_OrAreForWindows(string page) =>
        Assert.That(
            Guide.LanguagesOf(Path.Combine(Guide.Folder, page + ".md")).Distinct(), Is.SubsetOf(new[] { "sh", "text", "powershell" }));

    /// <summary>Runs what begins a page and then the page.</summary>
    private void Run(string file, IEnumerable<GuideStep> before)
    {
        if (!OperatingSystem.IsLinux() || !ClientProcess.HasAwsCli)
        {
            Assert.Ignore("The guides need bash and an AWS CLI (Debian: awscli).");
        }

        string folder = Directory.CreateTempSubdirectory("guide-").FullName;
        try
        {
            (int[] ports, Dictionary<string, string> environment) = Prepare(folder);
            string endpoint = aws.EndPoint.OriginalString.TrimEnd('/');
            List<GuideStep> steps = [.. before, .. Guide.Read(file, new Dictionary<string, string>
            {
                ["dotnet run -c Release --project src/DaxProxy --"] = "daxproxy",
                ["8000"] = $"{ports[0]}",
                ["8001"] = $"{ports[1]}",
                ["8111"] = $"{ports[2]}",
                ["https://dynamodb.eu-central-1.amazonaws.com"] = endpoint,
                ["--backend dynamodb --region eu-central-1"] = "--backend dynamodb --region eu-central-1 --endpoint " + endpoint,
                // Not two minutes.
                ["--workload ycsb-b\n"] = "--workload ycsb-b --seconds 2 --items 200\n",
            })];
            if (steps.Any(step => step.Commands.Contains("python3", StringComparison.Ordinal)) && !ProvidePython(folder))
            {
                Assert.Ignore("This page needs a Python with boto3 (Debian: python3-boto3).");
            }

            (int code, string output) = ClientProcess.Run("bash", ClientProcess.RunTime, folder, environment, "-c", Guide.ScriptOf(steps));
            if (output.Contains("npm: command not found", StringComparison.Ordinal) || Printed(folder, steps.Count).Contains("npm ERR!", StringComparison.Ordinal))
            {
                Assert.Ignore("The packages of this page cannot be had from npm here.");
            }

            Assert.That(code, Is.Zero, output + Printed(folder, steps.Count));
            Assert.Multiple(() =>
            {
                for (int number = 0; number < steps.Count; number++)
                {
                    string[] printed = File.ReadAllLines(Path.Combine(folder, $"step-{number}.txt"));
                    Assert.That(
                        Guide.FirstUnprinted(steps[number].Prints, printed), Is.Null,
                        steps[number].Commands + "\n=>\n" + string.Join('\n', printed));
                }
            });
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public void Guides_Each_IsNamedOnTheirFirstPage()
    {
        string first = File.ReadAllText(Path.Combine(Guide.Folder, "README.md"));
        Assert.That(Pages.Where(page => !first.Contains($"]({page}.md)", StringComparison.Ordinal)), Is.Empty);
    }

    /// <summary>Puts the program under test on the path, on free ports.</summary>
    private static (int[] Ports, Dictionary<string, string> Environment) Prepare(string folder)
    {
        Provide(folder, "daxproxy", string.Join(' ', ServerProcess.Program.Select(word => $"'{word}'")));
        int[] ports = FreePorts(3);
        return (ports, new()
        {
            ["PATH"] = folder + ":" + Environment.GetEnvironmentVariable("PATH"),
            ["DAXPROXY__Listen__Port"] = $"{ports[0]}",
            ["DAXPROXY__Listen__AdminPort"] = $"{ports[1]}",
            ["DAXPROXY__Dax__Port"] = $"{ports[2]}",
            ["AWS_ACCESS_KEY_ID"] = "local",
            ["AWS_SECRET_ACCESS_KEY"] = "local",
            ["AWS_DEFAULT_REGION"] = "eu-central-1",
            ["AWS_PAGER"] = "",
        });
    }

    /// <summary>Puts a Python that has boto3 on the path; false where there is none.</summary>
    private static bool ProvidePython(string folder)
    {
        string? python = ClientProcess.Python;
        if (python is not null && Path.IsPathRooted(python))
        {
            Provide(folder, "python3", python);
        }

        return python is not null;
    }

    private static void Provide(string folder, string name, string command)
    {
        string file = Path.Combine(folder, name);
        File.WriteAllText(file, $"#!/bin/sh\nexec {command} \"$@\"\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }
    }

    private static int[] FreePorts(int count)
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        foreach (TcpListener listener in listeners)
        {
            listener.Start();
        }

        int[] ports = [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        foreach (TcpListener listener in listeners)
        {
            listener.Dispose();
        }

        return ports;
    }

    private static string Printed(string folder, int steps) => string.Concat(Enumerable.Range(0, steps)
        .Select(number => Path.Combine(folder, $"step-{number}.txt")).Where(File.Exists).Select(File.ReadAllText));
}
