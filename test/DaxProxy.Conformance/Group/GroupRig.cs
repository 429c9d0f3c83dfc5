using System.Diagnostics;
using System.Text.Json.Nodes;
using NUnit.Framework;

namespace DaxProxy.Conformance.Group;

/// <summary>An engine, a Redis server, and proxies in one group in front of the engine: each a process of its own.</summary>
internal sealed class GroupRig : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Dictionary<string, string?> environment;

    private GroupRig(RedisServer redis, ServerProcess engine, Dictionary<string, string?> environment)
    {
        Redis = redis;
        Engine = engine;
        this.environment = environment;
    }

    /// <summary>How far the proxies may be behind the table's stream.</summary>
    public static TimeSpan MaxStreamLag { get; } = TimeSpan.FromSeconds(2);

    public ServerProcess Engine { get; }

    public RedisServer Redis { get; }

    public List<ServerProcess> Proxies { get; } = [];

    /// <summary>
    /// Starts all, makes the table <c>Tab</c> of key <c>k</c> with an index <c>byG</c>, and waits until all proxies are members. Its
    /// stream, where there is one, has four shards at a time, each of which is open for a second.
    /// </summary>
    /// <param name="proxies">How many proxies.</param>
    /// <param name="mode">Their mode.</param>
    /// <param name="followsStream">Whether they follow the table's stream.</param>
    /// <param name="redis">The server, which is the rig's from now on; null for a new one.</param>
    /// <param name="configuration">How they reach it; null for the usual way.</param>
    /// <param name="environment">What their environment holds besides.</param>
    public static async Task<GroupRig> StartAsync(
        int proxies,
        string mode = "strict",
        bool followsStream = false,
        RedisServer? redis = null,
        string? configuration = null,
        Dictionary<string, string?>? environment = null)
    {
        redis ??= await RedisServer.StartAsync();
        ServerProcess engine = await ServerProcess.StartAsync(["--in-memory"], new()
        {
            ["DAXPROXY__ItemCache__Enabled"] = "false",
            ["DAXPROXY__QueryCache__Enabled"] = "false",
            ["DAXPROXY__Backend__StreamShardLifetime"] = "1",
        });
        GroupRig rig = new(redis, engine, new(environment ?? [])
        {
            ["DAXPROXY__Group__Redis"] = configuration ?? redis.Configuration,
            ["DAXPROXY__Group__Mode"] = mode,
            ["DAXPROXY__Tables__Tab__FollowStream"] = followsStream ? "true" : "false",
            ["DAXPROXY__Tables__Tab__MaxStreamLag"] = $"{MaxStreamLag}",
        });
        using Wire wire = new(engine.EndPoint);
        WireReply made = await wire.SendAsync("CreateTable", "{'TableName':'Tab','BillingMode':'PAY_PER_REQUEST',"
            + "'AttributeDefinitions':[{'AttributeName':'k','AttributeType':'S'},{'AttributeName':'g','AttributeType':'S'}],"
            + "'KeySchema':[{'AttributeName':'k','KeyType':'HASH'}],'GlobalSecondaryIndexes':[{'IndexName':'byG','KeySchema':"
            + "[{'AttributeName':'g','KeyType':'HASH'}],'Projection':{'ProjectionType':'ALL'}}]"
            + (followsStream ? ",'StreamSpecification':{'StreamEnabled':true,'StreamViewType':'NEW_AND_OLD_IMAGES'}}" : "}"));
        Assert.That(made.Error, Is.Null);
        for (int i = 0; i < proxies; i++)
        {
            await rig.AddAsync();
        }

        await rig.WaitAsync();
        return rig;
    }

    /// <summary>One more proxy.</summary>
    public async Task<ServerProcess> AddAsync()
    {
        ServerProcess proxy =
            await ServerProcess.StartAsync(["--backend", "dynamodb", "--endpoint", Engine.EndPoint.AbsoluteUri], new(environment)
            {
                ["AWS_ACCESS_KEY_ID"] = "AKIDEXAMPLE",
                ["AWS_SECRET_ACCESS_KEY"] = "secret",
                ["DAXPROXY__Group__GoneAfter"] = "00:00:04",
                ["DAXPROXY__Backend__ReplicaSettleTime"] = "0",
                ["DAXPROXY__Backend__IndexSettleTime"] = "0",
            });
        Proxies.Add(proxy);
        return proxy;
    }

    /// <summary>Waits until every proxy is a member, and its caches may answer.</summary>
    public async Task WaitAsync()
    {
        foreach (ServerProcess proxy in Proxies)
        {
            await UntilAsync(proxy, group =>
                (bool)group["joined"]! && (double)group["leaseLeftSeconds"]! > 0 && group["members"]!.AsArray().Count == Proxies.Count);
        }
    }

    /// <summary>Waits until a proxy says something of its group.</summary>
    public static async Task UntilAsync(ServerProcess proxy, Func<JsonNode, bool> condition)
    {
        long start = Stopwatch.GetTimestamp();
        while (await GroupOfAsync(proxy) is not { } group || !condition(group))
        {
            Assert.That(Stopwatch.GetElapsedTime(start), Is.LessThan(Patience), $"it never happens: {await GroupOfAsync(proxy)}");
            await Task.Delay(20);
        }
    }

    /// <summary>What a proxy says of its group.</summary>
    public static async Task<JsonNode?> GroupOfAsync(ServerProcess proxy) => (await StatisticsOfAsync(proxy))["group"];

    /// <summary>What a proxy says of itself.</summary>
    public static async Task<JsonNode> StatisticsOfAsync(ServerProcess proxy)
    {
        using HttpClient http = new();
        return JsonNode.Parse(await http.GetStringAsync(new Uri(proxy.AdminEndPoint, "/api/stats")))!;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (ServerProcess proxy in Proxies)
        {
            proxy.Dispose();
        }

        Engine.Dispose();
        Redis.Dispose();
        await Task.CompletedTask;
    }
}
