using System.Diagnostics;
using NUnit.Framework;

namespace DaxProxy.Conformance.Report;

/// <summary>The command <c>report</c> of the real executable, in a folder of its own, on a machine without AWS configuration.</summary>
internal sealed class ReportProcess : IDisposable
{
    private readonly Process process;
    private readonly string folder = Directory.CreateTempSubdirectory("daxproxy-report-").FullName;

    /// <summary>Starts it.</summary>
    /// <param name="arguments">Its arguments; files without a folder are in its own.</param>
    /// <param name="files">Files that are there before.</param>
    /// <param name="environment">What its environment holds besides; null for nothing.</param>
    public ReportProcess(
        IEnumerable<string> arguments, (string Name, string Content)[]? files = null, Dictionary<string, string>? environment = null)
    {
        foreach ((string name, string content) in files ?? [])
        {
            File.WriteAllText(Path.Combine(folder, name), content);
        }

        string[] command = [.. ServerProcess.Program, "report", .. arguments];
        string[] words = [.. Foreground.Wrapper, .. command];
        ProcessStartInfo start = new(words[0], words[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        foreach (string name in start.Environment.Keys.Where(name => name.StartsWith("AWS_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment["AWS_SHARED_CREDENTIALS_FILE"] = start.Environment["AWS_CONFIG_FILE"] = Path.Combine(folder, "none");
        foreach ((string name, string value) in environment ?? [])
        {
            start.Environment[name] = value;
        }

        process = Process.Start(start)!;
    }

    /// <summary>Whether it has ended.</summary>
    public bool HasEnded => process.HasExited;

    /// <summary>Waits until it has said a line that ends so on standard error.</summary>
    public async Task SaysAsync(string ending)
    {
        while (await process.StandardError.ReadLineAsync() is { } line)
        {
            if (line.EndsWith(ending, StringComparison.Ordinal))
            {
                return;
            }
        }

        Assert.Fail("It has ended before.");
    }

    /// <summary>Presses Ctrl-C.</summary>
    public void Interrupt() => Process.Start("kill", $"-INT {process.Id}").Dispose();

    /// <summary>Kills it, and nothing else.</summary>
    public void Kill() => process.Kill();

    /// <summary>The numbers of the processes that it has started. Linux only.</summary>
    public int[] Children() =>
    [
        .. Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, out _))
            .Select(name => int.Parse(name!))
            .Where(id => ParentOf(id) == process.Id),
    ];

    /// <summary>Whether there is such a process that has not ended. Linux only.</summary>
    public static bool IsRunning(int id) => ParentOf(id) >= 0;

    /// <summary>Waits for its end; none of the reports that are asked for here takes minutes.</summary>
    public async Task<(int ExitCode, string Output, string Error)> EndAsync()
    {
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        using CancellationTokenSource limit = new(TimeSpan.FromMinutes(5));
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail("It goes on and on.");
        }

        return (process.ExitCode, await output, await error);
    }

    /// <summary>What it has written.</summary>
    public string Read(string name) => File.ReadAllText(Path.Combine(folder, name));

    /// <summary>Whether it has written such a file.</summary>
    public bool Has(string name) => File.Exists(Path.Combine(folder, name));

    /// <summary>Of a process that is there; -1 for none, and for one that has ended and is only remembered.</summary>
    private static int ParentOf(int id)
    {
        try
        {
            // pid (name) state parent ...
            string[] words = File.ReadAllText($"/proc/{id}/stat").Split(')')[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return words[0] == "Z" ? -1 : int.Parse(words[1]);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return -1;
        }
    }

    /// <inheritdoc/>
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
}
