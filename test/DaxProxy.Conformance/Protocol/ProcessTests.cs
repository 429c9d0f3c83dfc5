using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using NUnit.Framework;

namespace DaxProxy.Conformance.Protocol;

/// <summary>The real executable: exit codes, what it prints, signals.</summary>
internal sealed class ProcessTests
{
    [TestCase("--port 70000 --backend oracle", 2, 2)]
    [TestCase("--nonsense", 2, 1)]
    [TestCase("--config /nowhere.json", 2, 1)]
    [TestCase("serve --host 0.0.0.0", 2, 1)]
    [TestCase("--port 0 --admin-port 0 --dax-port 0 --data /dev/null/x", 1, 1)]
    public async Task Start_WithFaults_SaysOneLineEach(string arguments, int exitCode, int lines)
    {
        using Process process = Start(arguments);
        string error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.That(process.ExitCode, Is.EqualTo(exitCode), error);
        Assert.That(error.TrimEnd('\n').Split('\n'), Has.Length.EqualTo(lines), error);
        Assert.That(error, Does.Not.Contain("   at "));
    }

    [TestCase("""{ "Auth": { "Mode": "verify", "CredentialsFile": "/nowhere/keys" } }""", "Auth:CredentialsFile: /nowhere/keys")]
    [TestCase("""{ "Listen": { "CertificateFile": "/nowhere/server.pem" } }""", "Listen:CertificateFile: /nowhere/server.pem")]
    public async Task Start_FileThatAnOptionNamesCannotBeRead_SaysOneLine(string options, string expected)
    {
        string file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, options);
        using Process process = Start($"--config {file} --in-memory --port 0 --admin-port 0 --dax-port 0");
        string error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        File.Delete(file);
        Assert.That(process.ExitCode, Is.EqualTo(1), error);
        Assert.That(error.TrimEnd('\n'), Does.StartWith("Cannot start: " + expected).And.Not.Contains("\n"));
    }

    [TestCase("Listen:Port", "--port {0} --admin-port 0 --dax-port 0")]
    [TestCase("Listen:AdminPort", "--port 0 --admin-port {0} --dax-port 0")]
    [TestCase("Dax:Port", "--port 0 --admin-port 0 --dax-port {0}")]
    public async Task Start_PortIsInUse_NamesTheOptionAndTheRemedy(string option, string arguments)
    {
        using Socket other = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        other.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        other.Listen();
        int port = ((IPEndPoint)other.LocalEndPoint!).Port;
        using Process process = Start("--in-memory " + string.Format(CultureInfo.InvariantCulture, arguments, port));
        string error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.That(process.ExitCode, Is.EqualTo(1), error);
        Assert.That(error, Is.EqualTo(
            $"Cannot start: {option}: 127.0.0.1:{port} is in use by another process; stop it, or choose another port, 0 for any free one\n"));
    }

    /// <summary>192.0.2.0/24 is for documentation; no machine has an address of it.</summary>
    [Test]
    public async Task Start_AddressOfAnotherMachine_NamesTheOptionAndTheRemedy()
    {
        using Process process = Start(
            "--in-memory --host 192.0.2.77 --port 0 --admin-port 0 --dax-port 0",
            new Dictionary<string, string> { ["DAXPROXY__Listen__AllowRemote"] = "true" });
        string error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.That(process.ExitCode, Is.EqualTo(1), error);
        Assert.That(error, Is.EqualTo(
            "Cannot start: Listen:Host: 192.0.2.77 is no address of this machine; use one that is, or 0.0.0.0 for all of them\n"));
    }

    [TestCase("AWS_REGION", "eu-north-1", "ready")]
    [TestCase("AWS_DEFAULT_REGION", "eu-north-1", "ready")]
    [TestCase("AWS_CONFIG_FILE", "[default]\nregion = eu-north-1\n", "ready")]
    [TestCase("AWS_CONFIG_FILE", "", "Backend:Region: auto, and neither")]
    public async Task Start_InFrontOfAws_HasTheRegionOfTheMachine(string variable, string value, string expected)
    {
        string folder = Directory.CreateTempSubdirectory("daxproxy-region-").FullName;
        try
        {
            string file = Path.Combine(folder, "config");
            await File.WriteAllTextAsync(file, value);
            Dictionary<string, string> environment = new()
            {
                ["AWS_CONFIG_FILE"] = Path.Combine(folder, "none"),
                ["AWS_SHARED_CREDENTIALS_FILE"] = Path.Combine(folder, "none"),
                ["AWS_ACCESS_KEY_ID"] = "AKIDEXAMPLE",
                ["AWS_SECRET_ACCESS_KEY"] = "secret",
                ["AWS_EC2_METADATA_DISABLED"] = "true",
                [variable] = variable == "AWS_CONFIG_FILE" ? file : value,
            };
            using Process process = Start("--port 0 --admin-port 0 --dax-port 0 --backend dynamodb", environment);
            List<string> lines = [];
            while (lines is not [.., "ready"] && await process.StandardOutput.ReadLineAsync() is { } line)
            {
                lines.Add(line);
            }

            if (expected == "ready")
            {
                process.Kill();
                Assert.That(lines, Does.Contain("Endpoint: https://dynamodb.eu-north-1.amazonaws.com/"));
            }
            else
            {
                string error = await process.StandardError.ReadToEndAsync();
                await process.WaitForExitAsync();
                Assert.That((process.ExitCode, error.TrimEnd('\n').Split('\n').Length), Is.EqualTo((2, 1)), error);
                Assert.That(error, Does.StartWith(expected).And.Contains("--region"));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public async Task Start_PortInUse_SaysOneLine()
    {
        using Socket taken = new(SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        taken.Listen();
        using Process process = Start($"--in-memory --dax-port 0 --admin-port 0 --port {((IPEndPoint)taken.LocalEndPoint!).Port}");
        string error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.That(process.ExitCode, Is.EqualTo(1), error);
        Assert.That(error.TrimEnd('\n').Split('\n'), Has.Length.EqualTo(1), error);
    }

    [Test]
    public async Task Terminate_RequestInFlight_IsAnsweredAndTheProcessEndsWell()
    {
        using Process process = Start("--in-memory --port 0 --admin-port 0 --dax-port 0");
        List<string> lines = [];
        while (lines is not [.., "ready"])
        {
            lines.Add(await process.StandardOutput.ReadLineAsync() ?? throw new EndOfStreamException(
                await process.StandardError.ReadToEndAsync()));
        }

        Assert.That(lines, Has.Count.EqualTo(6));
        int port = int.Parse(lines[0].Split(':')[2].Split(' ')[0]);
        using TcpClient client = new("127.0.0.1", port);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(
            "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"u8.ToArray());
        byte[] answer = new byte[4096];
        int read = await stream.ReadAsync(answer);
        Assert.That(Encoding.ASCII.GetString(answer, 0, read), Does.StartWith("HTTP/1.1 100"));
        await stream.WriteAsync("{"u8.ToArray());
        using Process kill = Process.Start("kill", $"-TERM {process.Id}");
        await UntilNotReadyAsync(int.Parse(lines[2].Split(':')[2]));
        Assert.That(process.HasExited, Is.False);
        await stream.WriteAsync("}"u8.ToArray());
        read = await stream.ReadAsync(answer);
        Assert.That(Encoding.ASCII.GetString(answer, 0, read), Does.Contain("UnknownOperationException"));
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(10));
        Assert.That(process.ExitCode, Is.Zero);
    }

    /// <summary>Until the process says that it takes no more requests.</summary>
    private static async Task UntilNotReadyAsync(int adminPort)
    {
        using HttpClient admin = new();
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(10));
        while ((await admin.GetAsync(new Uri($"http://127.0.0.1:{adminPort}/health/ready"), patience.Token)).StatusCode == HttpStatusCode.OK)
        {
            await Task.Yield();
        }
    }

    /// <summary>Starts it; of the machine's AWS configuration it sees what the test says.</summary>
    private static Process Start(string arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        ProcessStartInfo start = new(
            ServerProcess.Program[0], string.Join(' ', [.. ServerProcess.Program[1..].Select(word => $"\"{word}\""), arguments]))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach (string name in start.Environment.Keys.Where(name => name.StartsWith("AWS_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }
}
