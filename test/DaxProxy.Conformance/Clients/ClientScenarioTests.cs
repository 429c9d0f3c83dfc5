using System.Diagnostics;
using DaxProxy.Backends;
using DaxProxy.Hosting;
using DaxProxy.Options;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace DaxProxy.Conformance.Clients;

/// <summary>
/// The scripts of test/clients: real clients in other languages, unchanged, with the cache in front of the engine. Where one cannot be had, its
/// test is skipped and says so.
/// </summary>
public sealed class ClientScenarioTests
{
    private static readonly TimeSpan InstallTime = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan RunTime = TimeSpan.FromMinutes(2);

    private string scripts = null!;
    private BackendStack stack = null!;
    private DaxProxyHost host = null!;
    private Lazy<string?> npmFault = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        DirectoryInfo? root = new(TestContext.CurrentContext.TestDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "DaxProxy.sln")))
        {
            root = root.Parent;
        }

        scripts = Path.Combine(root!.FullName, "test", "clients");
        npmFault = new Lazy<string?>(InstallPackages);
        ProxyOptions options = new()
        {
            Listen = new ListenOptions { Port = 0, AdminPort = 0 },
            Dax = new DaxOptions { Enabled = false },
            Backend = new BackendOptions { InMemory = true },
        };
        stack = BackendStack.Create(options, TimeProvider.System);
        host = await DaxProxyHost.StartAsync(options, stack, NullLoggerFactory.Instance, TimeProvider.System);
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await host.DisposeAsync();
        stack.Dispose();
    }

    [TestCase("boto3_client.py")]
    [TestCase("boto3_resource.py")]
    [TestCase("boto3_terraform.py")]
    public void Boto3_ItsScenario_RunsAsExpected(string script)
    {
        string? python = new[] { "python3", "/usr/bin/python3" }.FirstOrDefault(candidate => Run(candidate, RunTime, null, "-c", "import boto3").Code == 0);
        if (python is null)
        {
            Assert.Ignore("There is no python3 with boto3 here (Debian: python3-boto3).");
        }

        Expect(Run(python!, RunTime, null, Path.Combine(scripts, script), Endpoint));
    }

    [Test]
    public void AwsCli_ItsScenario_RunsAsExpected()
    {
        if (Run("aws", RunTime, null, "--version").Code != 0)
        {
            Assert.Ignore("There is no AWS CLI here (Debian: awscli).");
        }

        Expect(Run("bash", RunTime, null, Path.Combine(scripts, "aws_cli.sh"), Endpoint));
    }

    [TestCase("sdk-v3.mjs")]
    [TestCase("electrodb.mjs")]
    [TestCase("dynamodb-toolbox.mjs")]
    [TestCase("dynamoose.mjs")]
    [TestCase("dynamodb-onetable.mjs")]
    public void JavaScript_ItsScenario_RunsAsExpected(string script)
    {
        if (npmFault.Value is { } fault)
        {
            Assert.Ignore(fault);
        }

        Expect(Run("node", RunTime, PackageFolder, "--no-warnings", script, Endpoint));
    }

    private string Endpoint => $"http://{host.DataEndPoint}";

    private string PackageFolder => Path.Combine(Path.GetDirectoryName(Path.GetDirectoryName(scripts))!, "artifacts", "clients-js");

    /// <summary>Installs the packages beside a copy of the scripts. Null when they are there, otherwise why not.</summary>
    private string? InstallPackages()
    {
        Directory.CreateDirectory(PackageFolder);
        foreach (string file in Directory.EnumerateFiles(Path.Combine(scripts, "js")))
        {
            File.Copy(file, Path.Combine(PackageFolder, Path.GetFileName(file)), overwrite: true);
        }

        (int code, string output) = Run("npm", InstallTime, PackageFolder, "install", "--no-audit", "--no-fund", "--no-package-lock");
        return code == 0 ? null : "The packages of the JavaScript clients cannot be had from npm here: " + output;
    }

    private static void Expect((int Code, string Output) result) =>
        Assert.That(result.Output, Does.Contain("all as expected"), "exit code " + result.Code);

    private static (int Code, string Output) Run(string program, TimeSpan limit, string? folder, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? "",
        };
        try
        {
            using Process process = Process.Start(start)!;
            Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
            if (!process.WaitForExit(limit))
            {
                process.Kill(entireProcessTree: true);
            }

            process.WaitForExit();
            return (process.ExitCode, output.Result + errors.Result);
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            return (-1, exception.Message);
        }
    }
}
