using System.Diagnostics;
using System.Text.RegularExpressions;
using DaxProxy.Backends;
using DaxProxy.Conformance.Clients;
using DaxProxy.Hosting;
using DaxProxy.Options;
using DaxProxy.Tests;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace DaxProxy.Conformance.Samples;

/// <summary>Each sample, as a process of its own, against the proxy over its engine in memory.</summary>
[Parallelizable]
internal sealed partial class SamplesTests
{
    private readonly Lazy<(string Folder, string? Fault)> packages = new(
        () => ClientProcess.InstallPackages(Path.Combine(Repository.Root, "samples", "javascript"), "samples-js"));

    private BackendStack stack = null!;
    private DaxProxyHost host = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
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

    [TestCase("Leaderboard", 0.7)]
    [TestCase("SessionStore", 0.8)]
    [TestCase("Bidding", 0.4)]
    public async Task Run_AgainstTheProxy_ChecksHoldAndTheCacheHelps(string sample, double leastShare)
    {
        Expect(await RunAsync(sample, Address), leastShare);
    }

    [TestCase("leaderboard.py", 0.7)]
    [TestCase("session_store.py", 0.8)]
    [TestCase("bidding.py", 0.4)]
    public void Python_AgainstTheProxy_ChecksHoldAndTheCacheHelps(string sample, double leastShare)
    {
        if (ClientProcess.Python is not { } python)
        {
            Assert.Ignore("There is no python3 with boto3 here (Debian: python3-boto3).");
            return;
        }

        Expect(ClientProcess.Run(python, ClientProcess.RunTime, Path.Combine(Repository.Root, "samples", "python"), sample, Address), leastShare);
    }

    [TestCase("leaderboard.mjs", 0.7, Category = "Long")]
    [TestCase("session-store.mjs", 0.8)]
    [TestCase("bidding.mjs", 0.4)]
    public void JavaScript_AgainstTheProxy_ChecksHoldAndTheCacheHelps(string sample, double leastShare)
    {
        if (packages.Value is { Fault: { } fault })
        {
            Assert.Ignore(fault);
        }

        Expect(ClientProcess.Run("node", ClientProcess.RunTime, packages.Value.Folder, "--no-warnings", sample, Address), leastShare);
    }

    private static void Expect((int ExitCode, string Output) run, double leastShare)
    {
        (int exitCode, string output) = run;
        Assert.That(exitCode, Is.Zero, output);
        Assert.That(output, Does.Contain("All is as it should be."));
        Match figures = Figures().Match(output);
        Assert.That(figures.Success, output);
        Assert.That(
            double.Parse(figures.Groups[1].Value) / double.Parse(figures.Groups[2].Value), Is.GreaterThanOrEqualTo(leastShare), output);
    }

    private string Address => $"http://{host.DataEndPoint}";

    private static async Task<(int ExitCode, string Output)> RunAsync(string sample, string address)
    {
        string program = Path.Combine(TestContext.CurrentContext.TestDirectory, sample + ".dll");
        using Process process = Process.Start(new ProcessStartInfo("dotnet", [program, address])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        using CancellationTokenSource patience = new(TimeSpan.FromMinutes(1));
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(patience.Token);
            Task<string> errors = process.StandardError.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            return (process.ExitCode, await output + await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }
    }

    [GeneratedRegex(@"(\d+) of (\d+) reads")]
    private static partial Regex Figures();
}
