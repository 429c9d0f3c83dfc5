using System.Diagnostics;
using DaxProxy.Bench.Load;
using DaxProxy.Load;

namespace DaxProxy.Bench.Suite;

/// <summary>From the start of the process to its first answer, and what it takes when nobody asks for anything.</summary>
internal static class StartRows
{
    private const double MB = 1 << 20;
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(2);

    public static async Task<IReadOnlyList<SuiteRow>> RunAsync(SuiteSettings settings)
    {
        string folder = Directory.CreateTempSubdirectory("daxproxy-bench-").FullName;
        try
        {
            IReadOnlyList<string> published = await PublishAsync(folder).ConfigureAwait(false);
            List<double> builtTimes = [], publishedTimes = [], emptyTimes = [], resident = [];

            // The first start of each reads its files from the disk.
            for (int round = -1; round < settings.Rounds; round++)
            {
                (TimeSpan built, _) = await StartAsync(ServerProcess.BuiltProduct, folder, round).ConfigureAwait(false);
                (TimeSpan ready, double bytes) = await StartAsync(published, folder, round).ConfigureAwait(false);
                TimeSpan empty = StartEmpty();
                if (round >= 0)
                {
                    builtTimes.Add(built.TotalMilliseconds);
                    publishedTimes.Add(ready.TotalMilliseconds);
                    emptyTimes.Add(empty.TotalMilliseconds);
                    resident.Add(bytes / MB);
                }
            }

            return
            [
                new("start to first answer, as built", "ms", Bound.AtMost(400, "ms"), Spread.Of(builtTimes)),
                new("the same, published with ReadyToRun", "ms", Bound.AtMost(150, "ms"), Spread.Of(publishedTimes)),
                new("the same, as built", "a server of Kestrel that does nothing else, to its first answer", null, Spread.Of(builtTimes.Zip(emptyTimes, (ours, theirs) => ours / theirs))),
                new("resident memory when idle, published", "MB", Bound.AtMost(60, "MB"), Spread.Of(resident)),
            ];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Starts it, asks for the tables, waits, and ends it.</summary>
    private static async Task<(TimeSpan FirstAnswer, double ResidentBytes)> StartAsync(IReadOnlyList<string> command, string folder, int round)
    {
        string data = Directory.CreateDirectory(Path.Combine(folder, $"{round}-{Guid.NewGuid():N}")).FullName;
        byte[] request = LoadItems.Request("ListTables", "{}");
        long startedAt = Stopwatch.GetTimestamp();
        using ServerProcess server = ServerProcess.StartProgram([.. command, "--port", "0", "--admin-port", "0", "--dax-port", "0", "--data", data], data);
        using (HttpLoadConnection connection = HttpLoadConnection.Open(server.EndPoint))
        {
            connection.Exchange(request);
        }

        TimeSpan firstAnswer = Stopwatch.GetElapsedTime(startedAt);
        await Task.Delay(Settle).ConfigureAwait(false);
        return (firstAnswer, server.ResidentBytes);
    }

    private static TimeSpan StartEmpty()
    {
        ConstantReply reply = new(new Dictionary<string, string> { ["Content-Type"] = "application/x-amz-json-1.0" }, "{}");
        byte[] request = LoadItems.Request("ListTables", "{}");
        long startedAt = Stopwatch.GetTimestamp();
        using ServerProcess server = ServerProcess.StartConstant(reply, bare: true);
        using HttpLoadConnection connection = HttpLoadConnection.Open(server.EndPoint);
        connection.Exchange(request);
        return Stopwatch.GetElapsedTime(startedAt);
    }

    /// <summary>Publishes the product as its documentation says; gives the words of its command.</summary>
    private static async Task<IReadOnlyList<string>> PublishAsync(string folder)
    {
        string output = Path.Combine(folder, "published");
        using Process publish = Process.Start(new ProcessStartInfo(
            "dotnet", ["publish", ProjectFile(), "--configuration", "Release", "--use-current-runtime", "--output", output])
        { RedirectStandardOutput = true })!;
        string said = await publish.StandardOutput.ReadToEndAsync().ConfigureAwait(false);
        await publish.WaitForExitAsync().ConfigureAwait(false);
        return publish.ExitCode == 0 ? [Path.Combine(output, "daxproxy")] : throw new IOException("The product cannot be published: " + said);
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
}
