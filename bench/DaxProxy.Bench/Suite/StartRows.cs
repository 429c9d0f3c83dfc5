using System.Diagnostics;
using DaxProxy.Bench.Load;
using DaxProxy.Load;

namespace DaxProxy.Bench.Suite;

/// <summary>From the start of the process to its first answer, and what it takes while there are no requests.</summary>
internal static class StartRows
{
    private const double MB = 1 << 20;
    private const string SelfContained = "--self-contained";
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(2);

    public static async Task<IReadOnlyList<SuiteRow>> RunAsync(SuiteSettings settings)
    {
        string folder = Directory.CreateTempSubdirectory("daxproxy-bench-").FullName;
        try
        {
            string empty = await EmptyServer.WriteAsync(Path.Combine(folder, "empty")).ConfigureAwait(false);
            string published = await PublishAsync(ProjectFile(), Path.Combine(folder, "published")).ConfigureAwait(false);
            string emptyPublished = await PublishAsync(empty, Path.Combine(folder, "empty-published")).ConfigureAwait(false);
            string whole = await PublishAsync(ProjectFile(), Path.Combine(folder, "whole"), SelfContained).ConfigureAwait(false);
            string emptyWhole = await PublishAsync(empty, Path.Combine(folder, "empty-whole"), SelfContained).ConfigureAwait(false);
            await DotnetAsync("build", empty, Path.Combine(folder, "empty-built")).ConfigureAwait(false);
            IReadOnlyList<string>[] commands =
            [
                ServerProcess.BuiltProduct,
                [Path.Combine(published, "daxproxy")],
                ["dotnet", Path.Combine(folder, "empty-built", "empty.dll")],
                [Path.Combine(emptyPublished, "empty")],
                [Path.Combine(whole, "daxproxy")],
                [Path.Combine(emptyWhole, "empty")],
            ];
            Started[][] rounds = [.. commands.Select(_ => new Started[settings.Rounds])];

            // The first start of each reads its files from the disk.
            for (int round = -1; round < settings.Rounds; round++)
            {
                for (int command = 0; command < commands.Length; command++)
                {
                    Started started = await StartAsync(commands[command], folder).ConfigureAwait(false);
                    if (round >= 0)
                    {
                        rounds[command][round] = started;
                    }
                }
            }

            const string Empty = "a server of Kestrel that does nothing else, ";
            return
            [
                new("start to first answer, as built", "ms", Bound.AtMost(400, "ms"), Spread.Of(rounds[0].Select(start => start.FirstAnswer.TotalMilliseconds))),
                new("the same", Empty + "as built", null, Ratio(0, 2, start => start.FirstAnswer.TotalMilliseconds)),
                new("start to first answer, published with ReadyToRun", "ms", Bound.AtMost(150, "ms"), Spread.Of(rounds[1].Select(start => start.FirstAnswer.TotalMilliseconds))),
                new("the same", Empty + "published the same", null, Ratio(1, 3, start => start.FirstAnswer.TotalMilliseconds)),
                new("start to first answer, published with the framework", "ms", Bound.AtMost(150, "ms"), Spread.Of(rounds[4].Select(start => start.FirstAnswer.TotalMilliseconds))),
                new("the same", Empty + "published the same", null, Ratio(4, 5, start => start.FirstAnswer.TotalMilliseconds)),
                new("resident memory when idle, published", "MB", Bound.AtMost(60, "MB"), Spread.Of(rounds[1].Select(start => start.ResidentBytes / MB))),
                new("the same", Empty + "published the same", null, Ratio(1, 3, start => start.ResidentBytes)),
            ];

            Spread Ratio(int ours, int theirs, Func<Started, double> figure) =>
                Spread.Of(rounds[ours].Zip(rounds[theirs], (one, other) => figure(one) / figure(other)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Starts it with empty data, asks for the tables, waits, and ends it.</summary>
    private static async Task<Started> StartAsync(IReadOnlyList<string> command, string folder)
    {
        string data = Directory.CreateDirectory(Path.Combine(folder, $"{Guid.NewGuid():N}")).FullName;
        byte[] request = LoadItems.Request("ListTables", "{}");
        long startedAt = Stopwatch.GetTimestamp();
        using ServerProcess server = ServerProcess.StartProgram([.. command, "--port", "0", "--admin-port", "0", "--dax-port", "0", "--data", data], data);
        using (HttpLoadConnection connection = HttpLoadConnection.Open(server.EndPoint))
        {
            connection.Exchange(request);
        }

        TimeSpan firstAnswer = Stopwatch.GetElapsedTime(startedAt);
        await Task.Delay(Settle).ConfigureAwait(false);
        return new Started(firstAnswer, server.ResidentBytes);
    }

    /// <summary>Publishes a project as the product's documentation says; gives the folder.</summary>
    private static Task<string> PublishAsync(string project, string output, params IEnumerable<string> more) =>
        DotnetAsync("publish", project, output, ["--use-current-runtime", .. more]);

    private static async Task<string> DotnetAsync(string verb, string project, string output, params IEnumerable<string> more)
    {
        ProcessStartInfo start = new("dotnet", [verb, project, "--configuration", "Release", "--output", output, .. more]) { RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        string said = await process.StandardOutput.ReadToEndAsync().ConfigureAwait(false);
        await process.WaitForExitAsync().ConfigureAwait(false);
        return process.ExitCode == 0 ? output : throw new IOException($"dotnet {verb} {project}: {said}");
    }

    /// <summary>The product's project, somewhere above the folder that this program runs from.</summary>
    private static string ProjectFile()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string file = Path.Combine(folder.FullName, "src", "DaxProxy", "DaxProxy.csproj");
            if (File.Exists(file))
            {
                return file;
            }
        }

        throw new IOException("The suite publishes the product, and so has to run inside its repository.");
    }

    private readonly record struct Started(TimeSpan FirstAnswer, double ResidentBytes);
}
