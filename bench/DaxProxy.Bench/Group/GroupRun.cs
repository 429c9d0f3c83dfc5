using System.Globalization;
using System.Text.Json.Nodes;
using DaxProxy.Bench.Load;
using DaxProxy.Load;

namespace DaxProxy.Bench.Group;

/// <summary>
/// One run: an engine, a Redis server, a proxy that is alone and a group of proxies, all before the engine, each in a process of its own.
/// </summary>
internal static class GroupRun
{
    private const int Writers = 32;
    private const int Items = 1000;
    private const int ItemBytes = 400;
    private static readonly TimeSpan JoinTime = TimeSpan.FromSeconds(60);

    /// <summary>The rounds with so many other members.</summary>
    public static async Task<List<GroupRound>> RunAsync(int peers, int rounds, TimeSpan duration)
    {
        string folder = Directory.CreateTempSubdirectory("daxproxy-bench-").FullName;
        List<ServerProcess> started = [];
        try
        {
            ServerProcess redis = await ServerProcess.StartRedisAsync(folder).ConfigureAwait(false);
            started.Add(redis);
            ServerProcess engine = ServerProcess.StartProxy(folder, noCache: true, synchronous: "normal");
            started.Add(engine);
            using (HttpLoadConnection connection = HttpLoadConnection.Open(engine.EndPoint))
            {
                await connection.ExchangeAsync(LoadItems.CreateTable).ConfigureAwait(false);
            }

            ServerProcess alone = ServerProcess.StartProxyBefore(engine.EndPoint, folder, new Dictionary<string, string>());
            started.Add(alone);
            List<ServerProcess> group = [];
            for (int i = 0; i <= peers; i++)
            {
                group.Add(ServerProcess.StartProxyBefore(
                    engine.EndPoint,
                    Directory.CreateDirectory(Path.Combine(folder, $"member{i}")).FullName,
                    new Dictionary<string, string> { ["DAXPROXY__Group__Redis"] = redis.EndPoint.ToString() }));
            }

            started.AddRange(group);
            await JoinAsync(group).ConfigureAwait(false);
            return await MeasureAsync(alone, group[0], rounds, duration).ConfigureAwait(false);
        }
        finally
        {
            started.Reverse();
            started.ForEach(server => server.Dispose());
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<List<GroupRound>> MeasureAsync(ServerProcess alone, ServerProcess member, int rounds, TimeSpan duration)
    {
        LoadItems items = new(Items, ItemBytes);
        List<GroupRound> measured = [];
        for (int round = -1; round < rounds; round++)
        {
            // Who goes first alternates, so that a machine that gets slower or faster favours neither.
            bool isAloneFirst = round % 2 == 0;
            (LoadResult One, LoadResult Other) write = await BothAsync(items.Puts(), 1, isAloneFirst).ConfigureAwait(false);
            (LoadResult One, LoadResult Other) writes = await BothAsync(items.Puts(), Writers, isAloneFirst).ConfigureAwait(false);
            (LoadResult One, LoadResult Other) hits = await BothAsync(items.Gets(), Writers, isAloneFirst).ConfigureAwait(false);

            // The first one warms both up.
            if (round >= 0)
            {
                measured.Add(new GroupRound(write.One, write.Other, writes.One, writes.Other, hits.One, hits.Other));
            }
        }

        return measured;

        async Task<(LoadResult One, LoadResult Other)> BothAsync(byte[][] requests, int connections, bool isAloneFirst)
        {
            LoadResult? one = isAloneFirst ? await LoadAsync(alone, requests, connections, duration).ConfigureAwait(false) : null;
            LoadResult other = await LoadAsync(member, requests, connections, duration).ConfigureAwait(false);
            return (one ?? await LoadAsync(alone, requests, connections, duration).ConfigureAwait(false), other);
        }
    }

    private static async Task<LoadResult> LoadAsync(ServerProcess server, byte[][] requests, int connections, TimeSpan duration)
    {
        using LoadClient client = new(HttpLoadConnection.Open(server.EndPoint, connections), requests);
        await client.PrimeAsync().ConfigureAwait(false);
        return await client.RunAsync(duration).ConfigureAwait(false);
    }

    private static async Task JoinAsync(List<ServerProcess> group)
    {
        using HttpClient http = new();
        using CancellationTokenSource late = new(JoinTime);
        foreach (ServerProcess member in group)
        {
            Uri stats = new(string.Create(CultureInfo.InvariantCulture, $"http://{member.AdminEndPoint}/api/stats"));
            while (!IsServing(JsonNode.Parse(await http.GetStringAsync(stats, late.Token).ConfigureAwait(false))!["group"]!, group.Count))
            {
                await Task.Delay(50, late.Token).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Whether all are there and the caches answer, which under a new list they do not at once.</summary>
    private static bool IsServing(JsonNode group, int members) =>
        group["members"]!.AsArray().Count == members && (double)group["leaseLeftSeconds"]! > 0;
}
