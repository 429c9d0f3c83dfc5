using System.Diagnostics;
using System.Globalization;
using DaxProxy.Bench.Load;
using DaxProxy.Load;
using DaxProxy.Telemetry;
using StackExchange.Redis;

namespace DaxProxy.Bench.Baselines;

/// <summary>One run: everything that could answer a GetItem, each a process of its own, takes turns.</summary>
internal static class BaselinesRun
{
    /// <summary>The proxy's cache, asked in the DAX protocol.</summary>
    public const string OverDax = "DaxProxy, cached, over DAX";

    /// <summary>Redis, asked by the same loop.</summary>
    public const string Redis = "redis-server, GET of the same bytes";

    private const int Items = 1000;
    private const int ItemBytes = 400;

    /// <summary>Measures all of them; those with Redis only where redis-server is installed.</summary>
    public static async Task<BaselinesReport> RunAsync(int connections, TimeSpan duration, int rounds)
    {
        string folder = Directory.CreateTempSubdirectory("daxproxy-bench-").FullName;
        List<IDisposable> owned = [];
        try
        {
            LoadItems items = new(Items, ItemBytes);
            ServerProcess cached = Own(
                ServerProcess.StartProxy(Directory.CreateDirectory(Path.Combine(folder, "cached")).FullName, noCache: false));
            ServerProcess engine = Own(
                ServerProcess.StartProxy(Directory.CreateDirectory(Path.Combine(folder, "engine")).FullName, noCache: true));
            await StoreAsync(engine, items).ConfigureAwait(false);
            ConstantReply reply = await StoreAsync(cached, items).ConfigureAwait(false);
            ServerProcess constant = Own(ServerProcess.StartConstant(reply, bare: false));
            ServerProcess yarp = Own(ServerProcess.StartYarp(constant.EndPoint));
            List<(string Name, Func<Task<LoadResult>> Load)> loads =
            [
                ("DaxProxy, cached", Json(cached)),
                (OverDax, Load(cached, new LoadClient(DaxLoadConnection.Open(cached.DaxEndPoint!, connections), items.DaxGets()))),
                ("DaxProxy, caches off (the engine)", Json(engine)),
                ("constant reply of Kestrel", Json(constant)),
                ("YARP in front of that", Json(yarp)),
            ];
            if (await StartRedisAsync(folder).ConfigureAwait(false) is { } redis)
            {
                owned.Add(redis);
                string[] keys =
                    [.. Enumerable.Range(0, Items).Select(index => string.Create(CultureInfo.InvariantCulture, $"user#{index:0000000}"))];
                using (LoadClient writer =
                    new(RespConnection.Open(redis.EndPoint, 1), [.. keys.Select(key => RespConnection.Command("SET", key, reply.Body))]))
                {
                    await writer.PrimeAsync().ConfigureAwait(false);
                }

                loads.Add(
                    (Redis, Load(
                        redis,
                        new LoadClient(
                            RespConnection.Open(redis.EndPoint, connections),
                            [.. keys.Select(key => RespConnection.Command("GET", key))]))));
                ConnectionMultiplexer multiplexer = Own(
                    await ConnectionMultiplexer.ConnectAsync(redis.EndPoint.ToString()).ConfigureAwait(false));
                loads.Add(
                    ("redis-server, by StackExchange.Redis", () =>
                        redis.MeasureAsync(() => AskAsync(multiplexer.GetDatabase(), keys, connections, duration))));
                loads.Add(
                    ("redis-server, by redis-benchmark", () =>
                        redis.MeasureAsync(() => RedisBenchmark.RunAsync(redis.EndPoint, connections, duration))));
            }

            foreach ((_, Func<Task<LoadResult>> load) in loads)
            {
                await load().ConfigureAwait(false);
            }

            return new BaselinesReport(
                connections, duration, [.. loads.Select(load => load.Name)],
                await Turns.RunAsync([.. loads.Select(load => load.Load)], rounds).ConfigureAwait(false));

            Func<Task<LoadResult>> Json(ServerProcess server) => Load(
                server, new LoadClient(HttpLoadConnection.Open(server.EndPoint, connections), items.Gets()));

            Func<Task<LoadResult>> Load(ServerProcess server, LoadClient client)
            {
                owned.Add(client);
                return () => server.MeasureAsync(() => client.RunAsync(duration));
            }

            T Own<T>(T resource)
                where T : IDisposable
            {
                owned.Add(resource);
                return resource;
            }
        }
        finally
        {
            owned.Reverse();
            owned.ForEach(resource => resource.Dispose());
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<ConstantReply> StoreAsync(ServerProcess server, LoadItems items)
    {
        using HttpLoadConnection connection = HttpLoadConnection.Open(server.EndPoint);
        await connection.ExchangeAsync(LoadItems.CreateTable).ConfigureAwait(false);
        foreach (byte[] request in items.Puts().Concat(items.Gets()))
        {
            await connection.ExchangeAsync(request).ConfigureAwait(false);
        }

        return ConstantReply.Of(connection.Received(await connection.ExchangeAsync(items.Gets()[0]).ConfigureAwait(false)));
    }

    private static async Task<ServerProcess?> StartRedisAsync(string folder)
    {
        try
        {
            return await ServerProcess.StartRedisAsync(folder).ConfigureAwait(false);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            await Console.Error.WriteLineAsync("redis-server is not installed; its rows are left out.").ConfigureAwait(false);
            return null;
        }
    }

    /// <summary>As an application would: so many callers share the client's one connection, each waits for its answer.</summary>
    private static async Task<LoadResult> AskAsync(IDatabase database, string[] keys, int callers, TimeSpan duration)
    {
        LatencyHistogram latency = new();
        long startedAt = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            for (int next = caller * keys.Length / callers; Stopwatch.GetElapsedTime(startedAt) < duration; next = (next + 1) % keys.Length)
            {
                long sentAt = Stopwatch.GetTimestamp();
                await database.StringGetAsync(keys[next]).ConfigureAwait(false);
                latency.Record((long)Stopwatch.GetElapsedTime(sentAt).TotalNanoseconds);
            }
        }))).ConfigureAwait(false);
        return LoadResult.Of(latency, Stopwatch.GetElapsedTime(startedAt));
    }
}
