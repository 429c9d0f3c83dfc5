using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace DaxProxy.Bench.Load;

/// <summary>A server in a process of its own, with the runtime configuration of the product. Ends with this object.</summary>
internal sealed partial class ServerProcess : IDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(1);

    private const string Dax = "DAX on dax://";

    private readonly Process process;

    private ServerProcess(Process process, IPEndPoint endPoint, IPEndPoint? adminEndPoint = null, IPEndPoint? daxEndPoint = null)
    {
        this.process = process;
        EndPoint = endPoint;
        AdminEndPoint = adminEndPoint;
        DaxEndPoint = daxEndPoint;
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>Where the proxy tells about itself; null for other servers.</summary>
    public IPEndPoint? AdminEndPoint { get; }

    /// <summary>Where the proxy speaks DAX; null for other servers.</summary>
    public IPEndPoint? DaxEndPoint { get; }

    /// <summary>Whether it has ended by itself, or was ended.</summary>
    public bool HasEnded => process.HasExited;

    /// <summary>Number of the process.</summary>
    public int Id => process.Id;

    /// <summary>CPU time it has used so far.</summary>
    public TimeSpan CpuTime
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    /// <summary>Resident memory now, in bytes; only on Linux.</summary>
    public long ResidentBytes
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64;
        }
    }

    /// <summary>Lets a load run and adds what it took of this process's CPU.</summary>
    public async Task<LoadResult> MeasureAsync(Func<Task<LoadResult>> load)
    {
        TimeSpan before = CpuTime;
        LoadResult result = await load().ConfigureAwait(false);
        return result with { ServerMicroseconds = (CpuTime - before).TotalMicroseconds / result.Requests };
    }

    /// <summary>Starts the proxy with its data in a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="noCache">Whether its caches are off.</param>
    /// <param name="wrapper">Words to put before its command.</param>
    /// <param name="synchronous">When it calls a write durable: <c>full</c> or <c>normal</c>.</param>
    /// <param name="verify">Whether it verifies that requests are signed with the key of <see cref="LoadItems"/>.</param>
    /// <param name="options">Options besides, by their names in the environment.</param>
    /// <param name="runtimeConfig">File with another runtime configuration than the product's; null for that.</param>
    /// <param name="native">The native program; null for the product as it was built.</param>
    public static ServerProcess StartProxy(
        string folder,
        bool noCache,
        string[]? wrapper = null,
        string synchronous = "full",
        bool verify = false,
        IReadOnlyDictionary<string, string>? options = null,
        string? runtimeConfig = null,
        string? native = null)
    {
        string[] program =
            runtimeConfig is null ? [] : ["exec", "--runtimeconfig", runtimeConfig, "--depsfile", Beside("daxproxy.deps.json")];
        string[] arguments = ["--port", "0", "--admin-port", "0", "--dax-port", "0", "--data", folder];
        ProcessStartInfo start = native is null
            ? Dotnet([.. program, Beside("daxproxy.dll"), .. arguments], wrapper ?? [])
            : Words([.. wrapper ?? [], native, .. arguments]);
        start.WorkingDirectory = folder;
        start.Environment["DAXPROXY__ItemCache__Enabled"] = noCache ? "false" : "true";
        start.Environment["DAXPROXY__QueryCache__Enabled"] = noCache ? "false" : "true";
        start.Environment["DAXPROXY__Backend__Synchronous"] = synchronous;

        if (verify)
        {
            string keys = Path.Combine(folder, "keys");
            File.WriteAllText(keys, $"[load]\naws_access_key_id={LoadItems.AccessKeyId}\naws_secret_access_key={LoadItems.SecretKey}\n");
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(keys, UnixFileMode.UserRead);
            }

            start.Environment["DAXPROXY__Auth__Mode"] = "verify";
            start.Environment["DAXPROXY__Auth__CredentialsFile"] = keys;
        }

        // Nothing may expire between two rounds.
        start.Environment["DAXPROXY__ItemCache__TimeToLive"] = "01:00:00";
        start.Environment["DAXPROXY__QueryCache__TimeToLive"] = "01:00:00";
        foreach ((string name, string value) in options ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return Start(start, null);
    }

    /// <summary>Starts the proxy with caches in front of another server that speaks the protocol.</summary>
    /// <param name="backend">Where that is.</param>
    /// <param name="folder">The folder it runs in.</param>
    /// <param name="options">Options besides, by their names in the environment.</param>
    /// <param name="native">The native program; null for the product as it was built.</param>
    public static ServerProcess StartProxyBefore(
        IPEndPoint backend, string folder, IReadOnlyDictionary<string, string> options, string? native = null)
    {
        string[] arguments =
            ["--port", "0", "--admin-port", "0", "--dax-port", "0", "--backend", "dynamodb", "--endpoint", $"http://{backend}"];
        ProcessStartInfo start = native is null ? Dotnet([Beside("daxproxy.dll"), .. arguments]) : Words([native, .. arguments]);
        start.WorkingDirectory = folder;
        start.Environment["AWS_ACCESS_KEY_ID"] = "bench";
        start.Environment["AWS_SECRET_ACCESS_KEY"] = "bench";
        foreach ((string name, string value) in options)
        {
            start.Environment[name] = value;
        }

        return Start(start, null);
    }

    /// <summary>Starts the server of constant replies.</summary>
    public static ServerProcess StartConstant(ConstantReply reply, bool bare) => Start(
        Dotnet([
            "exec", "--runtimeconfig", Beside("daxproxy.runtimeconfig.json"), "--depsfile", Beside("DaxProxy.Bench.deps.json"),
            Beside("DaxProxy.Bench.dll"), "constant", .. bare ? ["--bare"] : Array.Empty<string>()]),
        JsonSerializer.Serialize(reply));

    /// <summary>Starts YARP, with nothing around it, in front of another server.</summary>
    public static ServerProcess StartYarp(IPEndPoint backend) => Start(
        Dotnet([
            "exec", "--runtimeconfig", Beside("daxproxy.runtimeconfig.json"), "--depsfile", Beside("DaxProxy.Bench.deps.json"),
            Beside("DaxProxy.Bench.dll"), "yarp", "--backend", $"{backend}"]),
        null);

    /// <summary>Starts a program of the product's own kind: one that says where it listens, and <c>ready</c>.</summary>
    /// <param name="command">The words of its command, the program first.</param>
    /// <param name="folder">The folder it runs in.</param>
    public static ServerProcess StartProgram(IReadOnlyList<string> command, string folder)
    {
        ProcessStartInfo start = Words([.. command]);
        start.WorkingDirectory = folder;
        return Start(start, null);
    }

    /// <summary>The words of the command that runs the product as it was built.</summary>
    public static IReadOnlyList<string> BuiltProduct => ["dotnet", Beside("daxproxy.dll")];

    /// <summary>Starts a <c>redis-server</c> that keeps nothing.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">It is not installed.</exception>
    public static Task<ServerProcess> StartRedisAsync(string folder) => StartOnFreePortAsync(port =>
        ["redis-server", "--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder]);

    /// <summary>Starts a server that takes its port as an argument, and waits until it accepts connections.</summary>
    /// <param name="command">Makes the command of a port.</param>
    public static async Task<ServerProcess> StartOnFreePortAsync(Func<int, string[]> command)
    {
        IPEndPoint endPoint = FreeEndPoint();
        string[] words = command(endPoint.Port);

        // What it says at its start is kept from the report; it must not say more than a pipe holds.
        ProcessStartInfo start = new(words[0], words[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        Process process = Process.Start(start)!;
        ServerProcess server = new(process, endPoint);
        long startedAt = Stopwatch.GetTimestamp();
        while (!server.AcceptsConnections())
        {
            if (process.HasExited || Stopwatch.GetElapsedTime(startedAt) > StartLimit)
            {
                server.Dispose();
                throw new IOException($"{words[0]} did not start.");
            }

            await Task.Delay(PollInterval).ConfigureAwait(false);
        }

        return server;
    }

    /// <summary>Starts the server that stands between a proxy and its backend and refuses some of what passes.</summary>
    /// <param name="backend">The backend.</param>
    /// <param name="delayMs">Milliseconds that every answer takes more.</param>
    public static ServerProcess StartLink(IPEndPoint backend, double delayMs = 0) => Start(
        Dotnet([
            "exec", "--runtimeconfig", Beside("daxproxy.runtimeconfig.json"), "--depsfile", Beside("DaxProxy.Bench.deps.json"),
            Beside("DaxProxy.Bench.dll"), "link", "--backend", $"{backend}", "--delay-ms", delayMs.ToString(CultureInfo.InvariantCulture)]),
        null);

    /// <summary>
    /// Runs the command <c>report</c> of the product until it ends; returns its exit code. What it says goes where ours goes.
    /// </summary>
    public static async Task<int> RunReportAsync(string[] arguments)
    {
        ProcessStartInfo start = Dotnet([Beside("daxproxy.dll"), "report", .. arguments]);
        (start.RedirectStandardOutput, start.RedirectStandardInput) = (false, false);
        using Process process = Process.Start(start)!;
        await process.WaitForExitAsync().ConfigureAwait(false);
        return process.ExitCode;
    }

    /// <summary>Says a line to the process and takes the line that it answers.</summary>
    public string Ask(string line)
    {
        process.StandardInput.WriteLine(line);
        process.StandardInput.Flush();
        return process.StandardOutput.ReadLine() ?? throw new IOException("A server has gone.");
    }

    /// <summary>Lets a proxy forget all that it has cached.</summary>
    public async Task EvictAllAsync()
    {
        using HttpClient client = new();
        using StringContent all = new("""{"all":true}""", Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await client.PostAsync(new Uri($"http://{AdminEndPoint}/api/evict"), all).ConfigureAwait(false);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Ends it and its children at once (SIGKILL): nothing is finished or flushed.</summary>
    public void Kill()
    {
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!process.HasExited)
        {
            Kill();
        }

        process.Dispose();
    }

    private static IPEndPoint FreeEndPoint()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return (IPEndPoint)socket.LocalEndPoint!;
    }

    private bool AcceptsConnections()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(EndPoint);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static string Beside(string file) => Path.Combine(AppContext.BaseDirectory, file);

    private static ProcessStartInfo Dotnet(string[] arguments, params string[] wrapper)
    {
        string dotnet = Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";
        return Words([.. wrapper, dotnet, .. arguments]);
    }

    private static ProcessStartInfo Words(string[] words)
    {
        ProcessStartInfo start = new(words[0], words[1..])
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

        List<IPEndPoint> endPoints = [];
        IPEndPoint? dax = null;
        while (process.StandardOutput.ReadLine() is { } line)
        {
            if (Address().Match(line) is { Success: true } match)
            {
                endPoints.Add(IPEndPoint.Parse(match.Groups[1].Value));
            }

            if (line.StartsWith(Dax, StringComparison.Ordinal))
            {
                dax = IPEndPoint.Parse(line[Dax.Length..]);
            }

            if (line == "ready")
            {
                return new ServerProcess(process, endPoints[0], endPoints.ElementAtOrDefault(1), dax);
            }
        }

        process.Dispose();
        throw new IOException("A server did not start.");
    }

    [GeneratedRegex(@"on http://(\S+)")]
    private static partial Regex Address();
}
