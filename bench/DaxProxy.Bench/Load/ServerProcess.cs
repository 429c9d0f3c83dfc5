using System.Diagnostics;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace DaxProxy.Bench.Load;

/// <summary>A server in a process of its own, with the runtime configuration of the product. Ends with this object.</summary>
internal sealed partial class ServerProcess : IDisposable
{
    private readonly Process process;

    private ServerProcess(Process process, IPEndPoint endPoint)
    {
        this.process = process;
        EndPoint = endPoint;
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>CPU time it has used so far.</summary>
    public TimeSpan CpuTime
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    /// <summary>Starts the proxy with its data in a folder.</summary>
    public static ServerProcess StartProxy(string folder, bool noCache)
    {
        ProcessStartInfo start = Dotnet(
            [Beside("daxproxy.dll"), "--port", "0", "--admin-port", "0", "--data", folder]);
        start.WorkingDirectory = folder;
        start.Environment["DAXPROXY__ItemCache__Enabled"] = noCache ? "false" : "true";
        start.Environment["DAXPROXY__QueryCache__Enabled"] = noCache ? "false" : "true";

        // Nothing may expire between two rounds.
        start.Environment["DAXPROXY__ItemCache__TimeToLive"] = "01:00:00";
        return Start(start, null);
    }

    /// <summary>Starts the server of constant replies.</summary>
    public static ServerProcess StartConstant(ConstantReply reply, bool bare) => Start(
        Dotnet([
            "exec", "--runtimeconfig", Beside("daxproxy.runtimeconfig.json"), "--depsfile", Beside("DaxProxy.Bench.deps.json"),
            Beside("DaxProxy.Bench.dll"), "constant", .. bare ? ["--bare"] : Array.Empty<string>()]),
        JsonSerializer.Serialize(reply));

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill();
            process.WaitForExit();
        }

        process.Dispose();
    }

    private static string Beside(string file) => Path.Combine(AppContext.BaseDirectory, file);

    private static ProcessStartInfo Dotnet(string[] arguments)
    {
        ProcessStartInfo start = new(Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet", arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        };
        start.Environment.Remove(LoadCommand.InlineCompletions);
        return start;
    }

    private static ServerProcess Start(ProcessStartInfo start, string? input)
    {
        Process process = Process.Start(start)!;
        if (input is not null)
        {
            process.StandardInput.WriteLine(input);
            process.StandardInput.Flush();
        }

        IPEndPoint? endPoint = null;
        while (process.StandardOutput.ReadLine() is { } line)
        {
            endPoint ??= Address().Match(line) is { Success: true } match ? IPEndPoint.Parse(match.Groups[1].Value) : null;
            if (line == "ready")
            {
                return new ServerProcess(process, endPoint!);
            }
        }

        process.Dispose();
        throw new IOException("A server did not start.");
    }

    [GeneratedRegex(@"on http://(\S+) ")]
    private static partial Regex Address();
}
