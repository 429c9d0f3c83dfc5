using System.Diagnostics;
using Amazon.DynamoDBv2;
using NUnit.Framework;

namespace DaxProxy.Conformance.Durability;

/// <summary>The real executable on a data folder, ready to be killed.</summary>
internal sealed class ServerProcess : IDisposable
{
    private readonly Process process;

    private ServerProcess(Process process, Uri endPoint)
    {
        this.process = process;
        Sdk = SdkClient.For(endPoint);
    }

    /// <summary>A client of this process.</summary>
    public AmazonDynamoDBClient Sdk { get; }

    /// <summary>Starts it on free ports, without the cache; returns when it says that it is ready.</summary>
    public static async Task<ServerProcess> StartAsync(string dataFolder)
    {
        string executable = Path.Combine(TestContext.CurrentContext.TestDirectory, "daxproxy.dll");
        ProcessStartInfo start = new("dotnet", [executable, "--port", "0", "--admin-port", "0", "--dax-port", "0", "--data", dataFolder])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        start.Environment["DAXPROXY__ItemCache__Enabled"] = "false";
        start.Environment["DAXPROXY__QueryCache__Enabled"] = "false";
        Process process = Process.Start(start)!;
        Uri? endPoint = null;
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            endPoint ??= line.Split(' ').Where(word => word.StartsWith("http://", StringComparison.Ordinal)).Select(word => new Uri(word)).FirstOrDefault();
            if (line == "ready")
            {
                return new ServerProcess(process, endPoint!);
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
}
