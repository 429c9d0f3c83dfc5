using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using NUnit.Framework;

namespace DaxProxy.Conformance.Group;

/// <summary>A real <c>redis-server</c> of its own, which keeps nothing.</summary>
internal sealed class RedisServer : IDisposable
{
    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(20);

    private readonly int port;
    private readonly string[] options;
    private readonly string folder;
    private Process process;

    private RedisServer(int port, string[] options, string folder)
    {
        this.port = port;
        this.options = options;
        this.folder = folder;
        process = Run(port, options, folder);
    }

    /// <summary>Where it listens.</summary>
    public int Port => port;

    /// <summary>Number of its process.</summary>
    public int Id => process.Id;

    /// <summary>What a proxy is configured with.</summary>
    public string Configuration => $"127.0.0.1:{port}";

    /// <summary>Starts one; the test is ignored where there is none.</summary>
    /// <param name="options">Words of the command besides those for a server that keeps nothing; the first may be a file.</param>
    public static async Task<RedisServer> StartAsync(params string[] options)
    {
        RedisServer server = new(FreePort(), options, Directory.CreateTempSubdirectory("daxproxy-redis-").FullName);
        await server.WaitAsync();
        return server;
    }

    /// <summary>A port that is free now.</summary>
    public static int FreePort()
    {
        using TcpListener free = new(IPAddress.Loopback, 0);
        free.Start();
        return ((IPEndPoint)free.LocalEndpoint).Port;
    }

    /// <summary>Sends a command, and gives the first line of the answer.</summary>
    public async Task<string> AskAsync(params string[] words)
    {
        using TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, port);
        await using NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(string.Join(' ', words) + "\r\n"));
        using StreamReader reader = new(stream);
        return await reader.ReadLineAsync() ?? "";
    }

    /// <summary>Sends a command, and gives what comes in answer to it.</summary>
    public async Task<string> TellAsync(string command)
    {
        using TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, port);
        await using NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(command + "\r\nQUIT\r\n"));
        using StreamReader reader = new(stream);
        return await reader.ReadToEndAsync();
    }

    /// <summary>Ends it at once, and starts another one at its address.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        process.Dispose();
        process = Run(port, options, folder);
        await WaitAsync();
    }

    /// <summary>Ends it at once, for good.</summary>
    public async Task StopAsync()
    {
        if (!process.HasExited)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill();
            process.WaitForExit();
        }

        process.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private static Process Run(int port, string[] options, string folder)
    {
        string[] file = [.. options.Take(1).TakeWhile(word => !word.StartsWith('-'))];
        ProcessStartInfo start = new(
            "redis-server",
            [
                .. file, "--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder,
                .. options.Skip(file.Length),
            ])
        {
            RedirectStandardOutput = true,
        };
        try
        {
            Process started = Process.Start(start)!;
            _ = started.StandardOutput.ReadToEndAsync();
            return started;
        }
        catch (Win32Exception)
        {
            Assert.Ignore("redis-server is not installed: on Debian, apt install redis-server");
            throw;
        }
    }

    private async Task WaitAsync()
    {
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                if (await AskAsync("PING") == "+PONG")
                {
                    return;
                }
            }
            catch (SocketException) when (Stopwatch.GetElapsedTime(start) < StartTime)
            {
                await Task.Delay(20);
            }
        }
    }
}
