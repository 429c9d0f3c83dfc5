using DaxProxy.Backends;
using DaxProxy.Conformance.Caching;
using DaxProxy.Conformance.Security;
using DaxProxy.Hosting;
using DaxProxy.Options;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace DaxProxy.Conformance.Clients;

/// <summary>
/// The scripts of test/clients: real clients in other languages, unchanged, with the cache in front of the engine and every signature
/// verified. Where one cannot be had, its test is skipped and says so.
/// </summary>
[Parallelizable]
public sealed class ClientScenarioTests
{
    private readonly DirectoryInfo buckets = Directory.CreateTempSubdirectory("daxproxy-buckets-");
    private readonly Lazy<(string Folder, string? Fault)> packages = new(
        () => ClientProcess.InstallPackages(Path.Combine(ClientProcess.Scripts, "js"), "clients-js"));

    private VerifyingHost host = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        buckets.CreateSubdirectory("bucket");
        host = await VerifyingHost.StartAsync("local", "local", speaksDax: false, buckets: buckets.FullName);
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await host.DisposeAsync();
        buckets.Delete(recursive: true);
    }

    [TestCase("boto3_client.py")]
    [TestCase("boto3_resource.py")]
    [TestCase("boto3_terraform.py")]
    [TestCase("boto3_backups.py")]
    [TestCase("boto3_transfers.py")]
    [TestCase("boto3_scaling.py")]
    public void Boto3_ItsScenario_RunsAsExpected(string script)
    {
        string? python = ClientProcess.Python;
        if (python is null)
        {
            Assert.Ignore("There is no python3 with boto3 here (Debian: python3-boto3).");
        }

        Expect(ClientProcess.Run(python!, ClientProcess.RunTime, null, Path.Combine(ClientProcess.Scripts, script), Endpoint, Bucket));
    }

    /// <summary>In steps, between which time passes here. Signatures are not verified: the clients have the time of the machine.</summary>
    [Test]
    [Category("Long")]
    public async Task Boto3_ExportsOfChanges_AreAsExpected()
    {
        string? python = ClientProcess.Python;
        if (python is null)
        {
            Assert.Ignore("There is no python3 with boto3 here (Debian: python3-boto3).");
        }

        MovableTime time = new();
        ProxyOptions options = new()
        {
            Listen = new ListenOptions { Port = 0, AdminPort = 0 },
            Dax = new DaxOptions { Enabled = false },
            Backend = new BackendOptions { InMemory = true, Buckets = buckets.FullName },
        };
        using BackendStack stack = BackendStack.Create(options, time);
        await using DaxProxyHost proxy = await DaxProxyHost.StartAsync(options, stack, NullLoggerFactory.Instance, time);
        foreach (string step in (string[])["begin", "full", "change", "export"])
        {
            Expect(ClientProcess.Run(
                python!, ClientProcess.RunTime, null, Path.Combine(ClientProcess.Scripts, "boto3_incremental.py"), $"http://{proxy.DataEndPoint}", Bucket, step));
            time.Advance(TimeSpan.FromMinutes(10));
        }
    }

    [TestCase("aws_cli.sh")]
    [TestCase("aws_cli_backups.sh")]
    [TestCase("aws_cli_transfers.sh")]
    [TestCase("aws_cli_scaling.sh")]
    [Category("Long")]
    public void AwsCli_ItsScenario_RunsAsExpected(string script)
    {
        if (!ClientProcess.HasAwsCli)
        {
            Assert.Ignore("There is no AWS CLI here (Debian: awscli).");
        }

        Expect(ClientProcess.Run("bash", ClientProcess.RunTime, null, Path.Combine(ClientProcess.Scripts, script), Endpoint, Bucket));
    }

    [TestCase("sdk-v3.mjs")]
    [TestCase("vectors.mjs")]
    [TestCase("backups.mjs")]
    [TestCase("transfers.mjs")]
    [TestCase("scaling.mjs")]
    [TestCase("electrodb.mjs")]
    [TestCase("dynamodb-toolbox.mjs")]
    [TestCase("dynamoose.mjs")]
    [TestCase("dynamodb-onetable.mjs")]
    public void JavaScript_ItsScenario_RunsAsExpected(string script)
    {
        if (packages.Value is { Fault: { } fault })
        {
            Assert.Ignore(fault);
        }

        Expect(ClientProcess.Run("node", ClientProcess.RunTime, packages.Value.Folder, "--no-warnings", script, Endpoint, Bucket));
    }

    private string Endpoint => $"http://{host.Host.DataEndPoint}";

    private string Bucket => Path.Combine(buckets.FullName, "bucket");

    private static void Expect((int Code, string Output) result) =>
        Assert.That(result.Output, Does.Contain("all as expected"), "exit code " + result.Code);
}
