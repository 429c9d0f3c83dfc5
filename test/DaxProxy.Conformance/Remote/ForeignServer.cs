using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using DaxProxy.Tests;

namespace DaxProxy.Conformance.Remote;

/// <summary>
/// A server of the DynamoDB API that is none of ours, in a process of its own, with its data in memory. Ends with this object.
/// </summary>
internal sealed class ForeignServer : IDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    private static readonly Dictionary<string, (string Package, string Program, Func<string, int, string[]> Command)> Known = new()
    {
        ["dynalite"] = (
            "dynalite@4.0.0",
            "dynalite/cli.js",
            (program, port) => ["node", program, "--port", $"{port}", "--createTableMs", "0", "--deleteTableMs", "0", "--updateTableMs", "0"]),
        ["dynoxide"] = (
            "@dynoxide/linux-x64@1.2.1",
            "@dynoxide/linux-x64/dynoxide",
            (program, port) => [program, "serve", "--port", $"{port}"]),
    };

    private readonly Process process;

    private ForeignServer(Process process, int port)
    {
        this.process = process;
        EndPoint = new Uri($"http://127.0.0.1:{port}/");
    }

    /// <summary>Where it listens.</summary>
    public Uri EndPoint { get; }

    /// <summary>The folder that keeps what tests produce and install; no part of the sources.</summary>
    public static string Artifacts => Path.Combine(Repository.Root, "artifacts");

    /// <summary>Starts one, installing it from npm once.</summary>
    /// <param name="name">Which one: <c>dynalite</c> or <c>dynoxide</c>.</param>
    /// <exception cref="PlatformNotSupportedException">It cannot be had here; the message says why.</exception>
    public static ForeignServer Start(string name)
    {
        (string package, string program, Func<string, int, string[]> command) = Known[name];
        string folder = Path.Combine(Artifacts, name);
        string path = Path.Combine(folder, "node_modules", program);
        Install(name, package, folder, path);
        int port = FreePort();
        string[] words = command(path, port);
        Process process = Process.Start(
            new ProcessStartInfo(words[0], words[1..]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        ForeignServer server = new(process, port);
        using ManualResetEventSlim isListening = new();
        process.OutputDataReceived += OnLine;
        process.ErrorDataReceived += OnLine;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        bool isReady = isListening.Wait(StartLimit);
        process.OutputDataReceived -= OnLine;
        process.ErrorDataReceived -= OnLine;
        if (isReady)
        {
            return server;
        }

        server.Dispose();
        throw new TimeoutException($"{name} did not say that it listens.");

        void OnLine(object sender, DataReceivedEventArgs line)
        {
            if (line.Data?.Contains("listening", StringComparison.Ordinal) == true)
            {
                isListening.Set();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
        process.Dispose();
    }

    private static void Install(string name, string package, string folder, string path)
    {
        if (name == "dynoxide" && !(OperatingSystem.IsLinux() && RuntimeInformation.OSArchitecture == Architecture.X64))
        {
            throw new PlatformNotSupportedException("dynoxide comes as a binary for Linux on x64.");
        }

        if (File.Exists(path))
        {
            return;
        }

        Directory.CreateDirectory(folder);
        try
        {
            using Process npm = Process.Start(
                new ProcessStartInfo("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error", "--prefix", folder, package]))!;
            npm.WaitForExit();
            if (npm.ExitCode != 0 || !File.Exists(path))
            {
                throw new PlatformNotSupportedException(
                    $"{package} cannot be installed here: npm ended with {npm.ExitCode}; it needs a registry.");
            }
        }
        catch (Win32Exception)
        {
            throw new PlatformNotSupportedException($"{package} cannot be installed here: there is no npm.");
        }
    }

    private static int FreePort()
    {
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
