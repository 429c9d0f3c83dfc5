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
    private Process process;

    private RedisServer(int port, Process process)
    {
        this.port = port;
        this.process = process;
    }

    /// <summary>Number of its process.</summary>
    public int Id => process.Id;

    /// <summary>What a proxy is configured with.</summary>
    public string Configuration => $"127.0.0.1:{port}";

    /// <summary>Starts one; the test is ignored where there is none.</summary>
    public static async Task<RedisServer> StartAsync()
    {
        using TcpListener free = new(IPAddress.Loopback, 0);
        free.Start();
        int port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        RedisServer server = new(port, Run(port));
        await server.WaitAsync();
        return server;
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

    /// <summary>Ends it at once, and starts another one at its address.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        process.Dispose();
        process = Run(port);
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
        }

        process.Dispose();
    }

    private static Process Run(int port)
    {
        ProcessStartInfo start = new(
            "redis-server", ["--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", Path.GetTempPath()])
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
