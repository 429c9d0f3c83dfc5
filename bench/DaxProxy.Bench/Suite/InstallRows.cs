using System.Diagnostics;
using DaxProxy.Bench.Load;
using DaxProxy.Load;

namespace DaxProxy.Bench.Suite;

/// <summary>
/// The builds there are of the product, beside each other: what each takes on the disk and in memory, how long it takes to start, and how
/// fast it is then.
/// </summary>
internal static class InstallRows
{
    private const double MB = 1_000_000;
    private const int Native = 0, Built = 1, ReadyToRun = 2, EmptyBuilt = 3;
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(2);

    public static async Task<IReadOnlyList<SuiteRow>> RunAsync(SuiteSettings settings)
    {
        string folder = Directory.CreateTempSubdirectory("daxproxy-bench-").FullName;
        try
        {
            string empty = await EmptyServer.WriteAsync(Path.Combine(folder, "empty")).ConfigureAwait(false);
            string native = await ProductBuilds.NativeAsync(settings, Path.Combine(folder, "native")).ConfigureAwait(false);
            string published = await ProductBuilds.PublishAsync(
                Path.Combine(folder, "published"), "-p:PublishAot=false").ConfigureAwait(false);
            await ProductBuilds.DotnetAsync("build", empty, Path.Combine(folder, "empty-built")).ConfigureAwait(false);
            IReadOnlyList<string>[] commands =
            [
                [native],
                ServerProcess.BuiltProduct,
                [ProductBuilds.ProgramIn(published)],
                ["dotnet", Path.Combine(folder, "empty-built", "empty.dll")],
            ];
            Started[][] starts = [.. commands.Select(_ => new Started[settings.Rounds])];

            // The first start of each reads its files from the disk.
            for (int round = -1; round < settings.Rounds; round++)
            {
                for (int command = 0; command < commands.Length; command++)
                {
                    Started started = await StartAsync(commands[command], folder).ConfigureAwait(false);
                    if (round >= 0)
                    {
                        starts[command][round] = started;
                    }
                }
            }

            Loaded[] loads = await LoadAsync([.. commands.Take(EmptyBuilt)], folder, settings).ConfigureAwait(false);
            const string Empty = "a server of Kestrel that does nothing else, as built", AsBuilt = "the same as built";
            return
            [
                new("size on disk, native", "MB", Bound.AtMost(25, "MB"), Size(Path.GetDirectoryName(native)!)),
                new("size on disk, published with ReadyToRun, without the framework", "MB", null, Size(published)),
                new("start to first answer, native", "ms", Bound.AtMost(60, "ms"), Milliseconds(Native)),
                new("the same", Empty, Bound.AtMost(0.5), Ratio(Native, EmptyBuilt, start => start.FirstAnswer.TotalMilliseconds)),
                new("start to first answer, as built", "ms", null, Milliseconds(Built)),
                new("the same", Empty, null, Ratio(Built, EmptyBuilt, start => start.FirstAnswer.TotalMilliseconds)),
                new("start to first answer, published with ReadyToRun", "ms", null, Milliseconds(ReadyToRun)),
                new("resident memory when idle, native", "MB", Bound.AtMost(40, "MB"), Idle(Native)),
                new("resident memory when idle, as built", "MB", null, Idle(Built)),
                new("resident memory when idle, published with ReadyToRun", "MB", null, Idle(ReadyToRun)),
                new(
                    "cached GetItem, JSON, native", $"requests/s of {AsBuilt}", Bound.AtLeast(0.95),
                    Throughput(Native, loaded => loaded.Hits)),
                new("the same, published with ReadyToRun", $"requests/s of {AsBuilt}", null, Throughput(ReadyToRun, loaded => loaded.Hits)),
                new("engine PutItem, durable, native", $"requests/s of {AsBuilt}", null, Throughput(Native, loaded => loaded.Puts)),
                new("the same, published with ReadyToRun", $"requests/s of {AsBuilt}", null, Throughput(ReadyToRun, loaded => loaded.Puts)),
                new("resident memory after that, native", "MB", null, Spread.Of([loads[Native].ResidentBytes / MB])),
                new("resident memory after that, as built", "MB", null, Spread.Of([loads[Built].ResidentBytes / MB])),
            ];

            Spread Milliseconds(int build) => Spread.Of(starts[build].Select(start => start.FirstAnswer.TotalMilliseconds));

            Spread Idle(int build) => Spread.Of(starts[build].Select(start => start.ResidentBytes / MB));

            Spread Ratio(int ours, int theirs, Func<Started, double> figure) =>
                Spread.Of(starts[ours].Zip(starts[theirs], (one, other) => figure(one) / figure(other)));

            Spread Throughput(int build, Func<Loaded, IReadOnlyList<LoadResult>> of) =>
                Turns.Ratio(of(loads[build]), of(loads[Built]), result => result.RequestsPerSecond);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Spread Size(string folder) =>
        Spread.Of(
            [Directory.EnumerateFiles(folder).Where(file => !file.EndsWith(".pdb", StringComparison.Ordinal))
                .Sum(file => new FileInfo(file).Length) / MB]);

    /// <summary>Cached reads and durable writes of all builds in turns, and what each holds at the end.</summary>
    private static async Task<Loaded[]> LoadAsync(IReadOnlyList<string>[] commands, string folder, SuiteSettings settings)
    {
        LoadItems items = new(SuiteSettings.RequestedItems, SuiteSettings.ItemBytes);
        List<ServerProcess> servers = [];
        List<LoadClient> clients = [];
        try
        {
            foreach (IReadOnlyList<string> command in commands)
            {
                ServerProcess server = StartOnNewData(command, folder);
                servers.Add(server);
                using (HttpLoadConnection connection = HttpLoadConnection.Open(server.EndPoint))
                {
                    connection.Exchange(LoadItems.CreateTable);
                }

                clients.Add(new LoadClient(HttpLoadConnection.Open(server.EndPoint, SuiteSettings.Connections), items.Puts()));
                await clients[^1].PrimeAsync().ConfigureAwait(false);
                clients.Add(new LoadClient(HttpLoadConnection.Open(server.EndPoint, SuiteSettings.Connections), items.Gets()));
                await clients[^1].PrimeAsync().ConfigureAwait(false);
            }

            IReadOnlyList<LoadResult>[] results = await Turns.RunAsync(
                [.. clients.Select(client => (Func<Task<LoadResult>>)(() => client.RunAsync(settings.Round)))], settings.Rounds)
                    .ConfigureAwait(false);
            return [.. servers.Select((server, index) => new Loaded(results[(2 * index) + 1], results[2 * index], server.ResidentBytes))];
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
            servers.ForEach(server => server.Dispose());
        }
    }

    private static ServerProcess StartOnNewData(IReadOnlyList<string> command, string folder)
    {
        string data = Directory.CreateDirectory(Path.Combine(folder, $"{Guid.NewGuid():N}")).FullName;
        return ServerProcess.StartProgram([.. command, "--port", "0", "--admin-port", "0", "--dax-port", "0", "--data", data], data);
    }

    /// <summary>Starts it with empty data, asks for the tables, waits, and ends it.</summary>
    private static async Task<Started> StartAsync(IReadOnlyList<string> command, string folder)
    {
        byte[] request = LoadItems.Request("ListTables", "{}");
        long startedAt = Stopwatch.GetTimestamp();
        using ServerProcess server = StartOnNewData(command, folder);
        using (HttpLoadConnection connection = HttpLoadConnection.Open(server.EndPoint))
        {
            connection.Exchange(request);
        }

        TimeSpan firstAnswer = Stopwatch.GetElapsedTime(startedAt);
        await Task.Delay(Settle).ConfigureAwait(false);
        return new Started(firstAnswer, server.ResidentBytes);
    }

    private sealed record Loaded(IReadOnlyList<LoadResult> Hits, IReadOnlyList<LoadResult> Puts, double ResidentBytes);

    private readonly record struct Started(TimeSpan FirstAnswer, double ResidentBytes);
}
