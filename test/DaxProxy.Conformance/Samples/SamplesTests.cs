using System.Diagnostics;
using System.Text.RegularExpressions;
using DaxProxy.Backends;
using DaxProxy.Hosting;
using DaxProxy.Options;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace DaxProxy.Conformance.Samples;

/// <summary>Each sample, as a process of its own, against the proxy over its engine in memory.</summary>
internal sealed partial class SamplesTests
{
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
        (int exitCode, string output) = await RunAsync(sample, $"http://{host.DataEndPoint}");
        Assert.That(exitCode, Is.Zero, output);
        Assert.That(output, Does.Contain("All is as it should be."));
        Match figures = Figures().Match(output);
        Assert.That(figures.Success, output);
        Assert.That(
            double.Parse(figures.Groups[1].Value) / double.Parse(figures.Groups[2].Value), Is.GreaterThanOrEqualTo(leastShare), output);
    }

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
