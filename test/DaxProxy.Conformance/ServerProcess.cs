using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Amazon.DynamoDBv2;
using DaxProxy.Tests;
using NUnit.Framework;

namespace DaxProxy.Conformance;

/// <summary>The real executable in a process of its own, ready to be killed.</summary>
internal sealed class ServerProcess : IDisposable
{
    private readonly Process process;

    private ServerProcess(Process process, IReadOnlyList<Uri> endPoints)
    {
        this.process = process;
        EndPoint = endPoints.First(endPoint => endPoint.Scheme == "http");
        AdminEndPoint = endPoints.Last(endPoint => endPoint.Scheme == "http");
        DaxEndPoint = IPEndPointOf(endPoints, "dax");
        DaxTlsEndPoint = IPEndPointOf(endPoints, "daxs");
        Sdk = SdkClient.For(EndPoint);
        _ = KeepAsync(process.StandardOutput);
        _ = KeepAsync(process.StandardError);
    }

    /// <summary>Its number.</summary>
    public int Id => process.Id;

    /// <summary>Where the DynamoDB API is.</summary>
    public Uri EndPoint { get; }

    /// <summary>Where it tells of itself.</summary>
    public Uri AdminEndPoint { get; }

    /// <summary>Where the DAX protocol is spoken; null where it is not.</summary>
    public IPEndPoint? DaxEndPoint { get; }

    /// <summary>The same with TLS.</summary>
    public IPEndPoint? DaxTlsEndPoint { get; }

    /// <summary>What it has said and logged since it was ready.</summary>
    public ConcurrentQueue<string> Output { get; } = new();

    /// <summary>A client of this process.</summary>
    public AmazonDynamoDBClient Sdk { get; }

    /// <summary>The words that run the program: the one just built, or the one that <c>DAXPROXY_CONFORMANCE_PROGRAM</c> names.</summary>
    public static string[] Program { get; } = Environment.GetEnvironmentVariable("DAXPROXY_CONFORMANCE_PROGRAM") is { Length: > 0 } program
        ? [Path.GetFullPath(program, Repository.Root)]
        : ["dotnet", Path.Combine(TestContext.CurrentContext.TestDirectory, "daxproxy.dll")];

    /// <summary>Whether the program is one that the run names.</summary>
    public static bool IsNamed => Program.Length == 1;

    /// <summary>Starts it on a data folder, without the cache.</summary>
    /// <param name="dataFolder">The data folder.</param>
    /// <param name="key">File with the key of an encrypted store; null for one that is not.</param>
    public static Task<ServerProcess> StartAsync(string dataFolder, string? key = null) => StartAsync(
        ["--data", dataFolder],
        new()
        {
            ["DAXPROXY__ItemCache__Enabled"] = "false",
            ["DAXPROXY__QueryCache__Enabled"] = "false",
            ["DAXPROXY__Backend__EncryptionKeyFile"] = key,
        });

    /// <summary>Starts it on free ports; returns when it says that it is ready.</summary>
    /// <param name="arguments">Arguments besides those.</param>
    /// <param name="environment">What its environment holds more than ours; null takes a variable away.</param>
    /// <param name="wrapper">Words to put before the command.</param>
    public static async Task<ServerProcess> StartAsync(string[] arguments, Dictionary<string, string?> environment, params string[] wrapper)
    {
        string[] words = [.. wrapper, .. Program, "--port", "0", "--admin-port", "0", "--dax-port", "0", .. arguments];
        ProcessStartInfo start = new(words[0], words[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach ((string name, string? value) in environment)
        {
            start.Environment[name] = value;
        }

        Process process = Process.Start(start)!;
        List<Uri> endPoints = [];
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            // "Admin on http://..." is one of its ports; "Endpoint: http://..." is the address of another server.
            endPoints.AddRange(line.Contains(" on ", StringComparison.Ordinal)
                ? line.Split(' ').Where(word => word.Contains("://", StringComparison.Ordinal)).Select(word => new Uri(word))
                : []);
            if (line == "ready")
            {
                return new ServerProcess(process, endPoints);
            }
        }

        throw new EndOfStreamException(await process.StandardError.ReadToEndAsync());
    }

    /// <summary>Tells it to end.</summary>
    public void Terminate() => Process.Start("kill", $"-TERM {process.Id}").Dispose();

    /// <summary>Its exit code, when it has ended.</summary>
    public async Task<int> ExitCodeAsync(TimeSpan patience)
    {
        await process.WaitForExitAsync().WaitAsync(patience);
        return process.ExitCode;
    }

    /// <summary>Ends it as a power switch would, as far as a process can tell.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill();
        }

        Sdk.Dispose();
        process.Dispose();
    }

    private static IPEndPoint? IPEndPointOf(IEnumerable<Uri> endPoints, string scheme) =>
        endPoints.FirstOrDefault(endPoint => endPoint.Scheme == scheme) is { } found ? IPEndPoint.Parse(found.Authority) : null;

    private async Task KeepAsync(StreamReader said)
    {
        while (await said.ReadLineAsync() is { } line)
        {
            Output.Enqueue(line);
        }
    }
}
