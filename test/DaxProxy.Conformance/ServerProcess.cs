using System.Collections.Concurrent;
using System.Diagnostics;
using Amazon.DynamoDBv2;
using NUnit.Framework;

namespace DaxProxy.Conformance;

/// <summary>The real executable in a process of its own, ready to be killed.</summary>
internal sealed class ServerProcess : IDisposable
{
    private readonly Process process;

    private ServerProcess(Process process, Uri endPoint, Uri adminEndPoint)
    {
        this.process = process;
        EndPoint = endPoint;
        AdminEndPoint = adminEndPoint;
        Sdk = SdkClient.For(endPoint);
        _ = KeepAsync(process.StandardOutput);
        _ = KeepAsync(process.StandardError);
    }

    /// <summary>Where the DynamoDB API is.</summary>
    public Uri EndPoint { get; }

    /// <summary>Where it tells of itself.</summary>
    public Uri AdminEndPoint { get; }

    /// <summary>What it has said and logged since it was ready.</summary>
    public ConcurrentQueue<string> Output { get; } = new();

    /// <summary>A client of this process.</summary>
    public AmazonDynamoDBClient Sdk { get; }

    /// <summary>Starts it on a data folder, without the cache.</summary>
    public static Task<ServerProcess> StartAsync(string dataFolder) => StartAsync(
        ["--data", dataFolder], new() { ["DAXPROXY__ItemCache__Enabled"] = "false", ["DAXPROXY__QueryCache__Enabled"] = "false" });

    /// <summary>Starts it on free ports; returns when it says that it is ready.</summary>
    /// <param name="arguments">Arguments besides those.</param>
    /// <param name="environment">What its environment holds more than ours; null takes a variable away.</param>
    /// <param name="wrapper">Words to put before the command.</param>
    public static async Task<ServerProcess> StartAsync(string[] arguments, Dictionary<string, string?> environment, params string[] wrapper)
    {
        string executable = Path.Combine(TestContext.CurrentContext.TestDirectory, "daxproxy.dll");
        string[] words = [.. wrapper, "dotnet", executable, "--port", "0", "--admin-port", "0", "--dax-port", "0", .. arguments];
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
            endPoints.AddRange(line.Split(' ').Where(word => word.StartsWith("http://", StringComparison.Ordinal)).Select(word => new Uri(word)));
            if (line == "ready")
            {
                return new ServerProcess(process, endPoints[0], endPoints[1]);
            }
        }

        throw new EndOfStreamException(await process.StandardError.ReadToEndAsync());
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

    private async Task KeepAsync(StreamReader said)
    {
        while (await said.ReadLineAsync() is { } line)
        {
            Output.Enqueue(line);
        }
    }
}
