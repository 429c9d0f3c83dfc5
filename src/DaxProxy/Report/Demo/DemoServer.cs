using System.ComponentModel;
using System.Diagnostics;

namespace DaxProxy.Report.Demo;

/// <summary>
/// This program once more, serving in a process of its own on free ports of this machine. Ends with this one, however that ends.
/// </summary>
internal sealed class DemoServer : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process process;

    private DemoServer(Process process, IReadOnlyList<Uri> addresses)
    {
        this.process = process;
        Address = addresses.First(address => address.Scheme == Uri.UriSchemeHttp);
        DaxAddress = addresses.First(address => address.Scheme == "dax");
    }

    /// <summary>Where its DynamoDB API is.</summary>
    public Uri Address { get; }

    /// <summary>Where it speaks DAX.</summary>
    public Uri DaxAddress { get; }

    /// <summary>Starts it; returns when it is ready.</summary>
    /// <param name="folder">Where it runs, so that no configuration of the user's is found.</param>
    /// <param name="hasCaches">Whether its caches are on.</param>
    /// <param name="arguments">Arguments of <c>serve</c> besides its ports.</param>
    /// <param name="stop">Gives up, and leaves no process.</param>
    /// <exception cref="ReportFault">It does not start.</exception>
    public static async Task<DemoServer> StartAsync(string folder, bool hasCaches, string[] arguments, CancellationToken stop)
    {
        string[] words =
            [.. OwnWords(), "serve", "--until-input-ends", "--port", "0", "--admin-port", "0", "--dax-port", "0", .. arguments];
        ProcessStartInfo start = new(words[0], words[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        IEnumerable<string> configuring = start.Environment.Keys.Where(
            name => name.StartsWith("DAXPROXY__", StringComparison.OrdinalIgnoreCase)
                || name.StartsWith("AWS_", StringComparison.OrdinalIgnoreCase));
        foreach (string name in configuring.ToList())
        {
            start.Environment.Remove(name);
        }

        (start.Environment["AWS_ACCESS_KEY_ID"], start.Environment["AWS_SECRET_ACCESS_KEY"]) = ("local", "local");
        start.Environment["DAXPROXY__ItemCache__Enabled"] = start.Environment["DAXPROXY__QueryCache__Enabled"] = $"{hasCaches}";
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception fault)
        {
            throw new ReportFault($"--demo: this program cannot be started once more: {fault.Message}", fault);
        }

        try
        {
            using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(stop);
            late.CancelAfter(Patience);
            return new DemoServer(process, await ReadAddressesAsync(process, late.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            End(process);
            throw new ReportFault("--demo: a server of its own is not ready after a minute; try again on a quieter machine");
        }
        catch
        {
            End(process);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => End(process);

    /// <summary>The words that started this process: <c>dotnet daxproxy.dll</c>, or the program itself.</summary>
    private static string[] OwnWords()
    {
        string program = Environment.ProcessPath!;
        return Path.GetFileNameWithoutExtension(program) == "dotnet" ? [program, Environment.GetCommandLineArgs()[0]] : [program];
    }

    private static async Task<IReadOnlyList<Uri>> ReadAddressesAsync(Process process, CancellationToken late)
    {
        List<Uri> addresses = [];
        while (await process.StandardOutput.ReadLineAsync(late).ConfigureAwait(false) is { } line)
        {
            // "DAX on dax://..." is one of its ports; "Endpoint: http://..." is the address of another server.
            addresses.AddRange(line.Contains(" on ", StringComparison.Ordinal)
                ? line.Split(' ').Where(word => word.Contains("://", StringComparison.Ordinal)).Select(word => new Uri(word))
                : []);
            if (line == "ready")
            {
                // What it says from now on is of no interest, but must not fill the pipes.
                _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
                _ = process.StandardError.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
                return addresses;
            }
        }

        string said = await process.StandardError.ReadToEndAsync(late).ConfigureAwait(false);
        throw new ReportFault($"--demo: a server of its own did not start: {said.ReplaceLineEndings(" ").Trim()}");
    }

    private static void End(Process process)
    {
        if (!process.HasExited)
        {
            process.Kill();
            process.WaitForExit();
        }

        process.Dispose();
    }
}
