using System.Diagnostics;
using DaxProxy.Bench.Compare;
using DaxProxy.Bench.Load;
using DaxProxy.Load;

namespace DaxProxy.Bench.Suite;

/// <summary>
/// The builds there are of the product and dynoxide, beside each other: what each takes on the disk and in memory, how long it takes to
/// start, and how fast it is then.
/// </summary>
internal static class InstallRows
{
    private const double MB = 1_000_000;
    private const int Native = 0, Built = 1, ReadyToRun = 2, Dynoxide = 3, EmptyBuilt = 4;
    private static readonly string[] Names = ["native", "as built", "published with ReadyToRun", $"dynoxide {NpmPackages.DynoxideVersion}"];
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
            NpmPackages.Install(settings.Packages);
            string dynoxide = NpmPackages.Dynoxide(settings.Packages);
            Func<Task<ServerProcess>>[] starters =
            [
                () => StartOnNewDataAsync([native], folder),
                () => StartOnNewDataAsync(ServerProcess.BuiltProduct, folder),
                () => StartOnNewDataAsync([ProductBuilds.ProgramIn(published)], folder),
                () => ServerProcess.StartOnFreePortAsync(
                    port => [dynoxide, "serve", "--port", $"{port}", "--db-path", Path.Combine(NewFolder(folder), "dynoxide.db")]),
                () => StartOnNewDataAsync(["dotnet", Path.Combine(folder, "empty-built", "empty.dll")], folder),
            ];
            Started[][] starts = [.. starters.Select(_ => new Started[settings.Rounds])];

            // The first start of each reads its files from the disk.
            for (int round = -1; round < settings.Rounds; round++)
            {
                for (int index = 0; index < starters.Length; index++)
                {
                    Started started = await StartAsync(starters[index]).ConfigureAwait(false);
                    if (round >= 0)
                    {
                        starts[index][round] = started;
                    }
                }
            }

            Loaded[] loads = await LoadAsync([.. starters.Take(EmptyBuilt)], settings).ConfigureAwait(false);
            const string Empty = "a server of Kestrel that does nothing else, as built", AsBuilt = "the same as built";
            List<SuiteRow> rows =
            [
                new("size on disk, native", "MB", Bound.AtMost(25, "MB"), Size(Directory.EnumerateFiles(Path.GetDirectoryName(native)!))),
                new(
                    $"size on disk, {Names[ReadyToRun]}, without the framework", "MB", null, Size(Directory.EnumerateFiles(published))),
                new($"size on disk, {Names[Dynoxide]}", "MB", null, Size([dynoxide])),
                new(
                    "start to first answer, native", Empty, Bound.AtMost(0.5),
                    Ratio(Native, EmptyBuilt, start => start.FirstAnswer.TotalMilliseconds)),
                new(
                    "start to first answer, as built", Empty, null,
                    Ratio(Built, EmptyBuilt, start => start.FirstAnswer.TotalMilliseconds)),
                new(
                    "cached GetItem, JSON, native", $"requests/s of {AsBuilt}", Bound.AtLeast(0.95),
                    Throughput(Native, loaded => loaded.Hits)),
                new(
                    $"cached GetItem, JSON, {Names[ReadyToRun]}", $"requests/s of {AsBuilt}", null,
                    Throughput(ReadyToRun, loaded => loaded.Hits)),
                new("engine PutItem, durable, native", $"requests/s of {AsBuilt}", null, Throughput(Native, loaded => loaded.Puts)),
                new(
                    $"engine PutItem, durable, {Names[ReadyToRun]}", $"requests/s of {AsBuilt}", null,
                    Throughput(ReadyToRun, loaded => loaded.Puts)),
            ];
            for (int build = 0; build < EmptyBuilt; build++)
            {
                string name = Names[build];
                rows.Add(new($"start to first answer, {name}", "ms", build == Native ? Bound.AtMost(60, "ms") : null, Milliseconds(build)));
                rows.Add(new($"resident memory when idle, {name}", "MB", build == Native ? Bound.AtMost(40, "MB") : null, Idle(build)));
                rows.Add(new($"GetItem, {name}", "requests/s", null, PerSecond(loads[build].Hits)));
                rows.Add(new($"PutItem, durable, {name}", "requests/s", null, PerSecond(loads[build].Puts)));
                rows.Add(new($"resident memory after that, {name}", "MB", null, Spread.Of([loads[build].ResidentBytes / MB])));
            }

            return rows;

            static Spread PerSecond(IReadOnlyList<LoadResult> results) => Spread.Of(results.Select(result => result.RequestsPerSecond));

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

    private static Spread Size(IEnumerable<string> files) => Spread.Of(
        [files.Where(file => !file.EndsWith(".pdb", StringComparison.Ordinal)).Sum(file => new FileInfo(file).Length) / MB]);

    /// <summary>Cached reads and durable writes of all builds in turns, and what each holds at the end.</summary>
    private static async Task<Loaded[]> LoadAsync(Func<Task<ServerProcess>>[] starters, SuiteSettings settings)
    {
        LoadItems items = new(SuiteSettings.RequestedItems, SuiteSettings.ItemBytes);
        List<ServerProcess> servers = [];
        List<LoadClient> clients = [];
        try
        {
            foreach (Func<Task<ServerProcess>> startAsync in starters)
            {
                ServerProcess server = await startAsync().ConfigureAwait(false);
                servers.Add(server);
                using (HttpLoadConnection connection = HttpLoadConnection.Open(server.EndPoint))
                {
                    await TableSetup.RunAsync(connection).ConfigureAwait(false);
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

    private static Task<ServerProcess> StartOnNewDataAsync(IReadOnlyList<string> command, string folder)
    {
        string data = NewFolder(folder);
        return Task.FromResult(
            ServerProcess.StartProgram([.. command, "--port", "0", "--admin-port", "0", "--dax-port", "0", "--data", data], data));
    }

    private static string NewFolder(string folder) => Directory.CreateDirectory(Path.Combine(folder, $"{Guid.NewGuid():N}")).FullName;

    /// <summary>Starts it with empty data, asks for the tables, waits, and ends it.</summary>
    private static async Task<Started> StartAsync(Func<Task<ServerProcess>> startAsync)
    {
        byte[] request = LoadItems.Request("ListTables", "{}");
        long startedAt = Stopwatch.GetTimestamp();
        using ServerProcess server = await startAsync().ConfigureAwait(false);
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
