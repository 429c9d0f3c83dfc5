using System.Net;
using StackExchange.Redis;

namespace DaxProxy.Group;

/// <summary>
/// From a configuration, which may name sentinels or any nodes of a cluster, to connections with the one server that holds a key.
/// </summary>
/// <remarks>
/// A connection here is with one server, and ends when that does. StackExchange.Redis would mend it, or go on with a server that has taken
/// over; but what was asked of the one says nothing about the other.
/// </remarks>
internal static class RedisRoute
{
    /// <summary>Connects as often as asked, to the same server.</summary>
    /// <param name="configuration">A StackExchange.Redis configuration string.</param>
    /// <param name="key">The key.</param>
    /// <param name="timeout">How long a connection, and what is asked of it, may take.</param>
    /// <param name="count">How many connections.</param>
    /// <remarks>
    /// In a cluster all members are clients of the server that has the slot of the group. What is published there reaches them in order,
    /// and a server that has lost the slot says so to every command with a key.
    /// </remarks>
    /// <exception cref="RedisException">There is no such server, or it cannot be reached.</exception>
    public static async Task<IConnectionMultiplexer[]> ConnectAsync(
        string configuration, RedisKey key, TimeSpan timeout, int count)
    {
        ConfigurationOptions options = ConfigurationOptions.Parse(configuration);
        options.AbortOnConnectFail = true;
        options.ClientName ??= "daxproxy";
        options.TieBreaker = options.ConfigurationChannel = "";
        options.ConnectRetry = 0;
        options.ConnectTimeout = options.AsyncTimeout = options.SyncTimeout = (int)timeout.TotalMilliseconds;
        options.ReconnectRetryPolicy = Once.Instance;
        options.BacklogPolicy = new BacklogPolicy { QueueWhileDisconnected = true, AbortPendingOnConnectionFailure = true };
        if (!string.IsNullOrEmpty(options.ServiceName))
        {
            options = To(options, await AskSentinelsAsync(options).ConfigureAwait(false));
        }

        (EndPoint server, bool isCluster) = await FindAsync(options, key).ConfigureAwait(false);
        options = To(options, server);
        if (isCluster)
        {
            // Else it would find the others, and connect to them.
            options.CommandMap = CommandMap.Create(["CLUSTER"], available: false);
        }

        List<IConnectionMultiplexer> connections = [];
        try
        {
            while (connections.Count < count)
            {
                connections.Add(await ConnectionMultiplexer.ConnectAsync(options).ConfigureAwait(false));
            }

            return [.. connections];
        }
        catch
        {
            foreach (IConnectionMultiplexer connection in connections)
            {
                await connection.DisposeAsync().ConfigureAwait(false);
            }

            throw;
        }
    }

    private static ConfigurationOptions To(ConfigurationOptions options, EndPoint server)
    {
        ConfigurationOptions own = options.Clone();
        own.ServiceName = null;
        own.EndPoints.Clear();
        own.EndPoints.Add(server);
        return own;
    }

    /// <summary>The server that the sentinels take for the primary.</summary>
    private static async Task<EndPoint> AskSentinelsAsync(ConfigurationOptions options)
    {
        ConfigurationOptions sentinels = options.Clone();
        sentinels.ServiceName = null;
        sentinels.CommandMap = CommandMap.Sentinel;
        await using ConnectionMultiplexer asked = await ConnectionMultiplexer.SentinelConnectAsync(sentinels).ConfigureAwait(false);
        foreach (IServer sentinel in asked.GetServers().Where(server => server.IsConnected))
        {
            if (await sentinel.SentinelGetMasterAddressByNameAsync(options.ServiceName!).ConfigureAwait(false) is { } primary)
            {
                return primary;
            }
        }

        throw new RedisException("No sentinel knows the primary.");
    }

    /// <summary>The server that has the key, of those that the options name or lead to.</summary>
    private static async Task<(EndPoint Server, bool IsCluster)> FindAsync(ConfigurationOptions options, RedisKey key)
    {
        await using ConnectionMultiplexer asked = await ConnectionMultiplexer.ConnectAsync(options).ConfigureAwait(false);
        IServer[] there = [.. asked.GetServers().Where(server => server.IsConnected)];
        foreach (IServer server in there.Where(server => server.ServerType == ServerType.Cluster))
        {
            ClusterConfiguration? cluster = server.ClusterConfiguration ?? await server.ClusterNodesAsync().ConfigureAwait(false);
            if (cluster?.GetBySlot(key)?.EndPoint is { } owner)
            {
                return (owner, true);
            }
        }

        return there.FirstOrDefault(server => !server.IsReplica) is { } primary
            ? (primary.EndPoint, false)
            : throw new RedisException("No server is a primary.");
    }

    /// <summary>A connection that has ended stays ended.</summary>
    private sealed class Once : IReconnectRetryPolicy
    {
        public static Once Instance { get; } = new();

        public bool ShouldRetry(long currentRetryCount, int timeElapsedMillisecondsSinceLastRetry) => false;
    }
}
