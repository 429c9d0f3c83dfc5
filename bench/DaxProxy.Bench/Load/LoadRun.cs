namespace DaxProxy.Bench.Load;

/// <summary>One run: starts both servers, warms them up, then lets them take turns.</summary>
internal static class LoadRun
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);

    public static async Task<LoadReport> RunAsync(LoadPlan plan)
    {
        string folder = Directory.CreateTempSubdirectory("daxproxy-bench-").FullName;
        try
        {
            using ServerProcess proxy = ServerProcess.StartProxy(folder, plan.NoCache, verify: plan.Verify);
            LoadItems items = new(plan.Items, plan.ItemBytes);
            ConstantReply reply = await PrepareAsync(proxy, items, plan).ConfigureAwait(false);
            using ServerProcess constant = ServerProcess.StartConstant(reply, plan.Bare);

            byte[][] requests = plan.Operation == "PutItem" ? items.Puts() : items.Gets();
            using LoadClient ours = new(proxy.EndPoint, plan.Connections, requests);
            using LoadClient theirs = new(constant.EndPoint, plan.Connections, requests);
            List<LoadResult> ourRounds = [], theirRounds = [];
            await ours.RunAsync(WarmUp).ConfigureAwait(false);
            await theirs.RunAsync(WarmUp).ConfigureAwait(false);
            for (int round = 0; round < plan.Rounds; round++)
            {
                // Who goes first alternates, so that a machine that gets slower or faster favours neither.
                if (round % 2 == 0)
                {
                    ourRounds.Add(await MeasureAsync(ours, proxy, plan).ConfigureAwait(false));
                }

                theirRounds.Add(await MeasureAsync(theirs, constant, plan).ConfigureAwait(false));
                if (round % 2 != 0)
                {
                    ourRounds.Add(await MeasureAsync(ours, proxy, plan).ConfigureAwait(false));
                }
            }

            return new LoadReport(plan, ourRounds, theirRounds);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Stores the items, brings them into the cache, and keeps one reply as the pattern of the constant one.</summary>
    private static async Task<ConstantReply> PrepareAsync(ServerProcess proxy, LoadItems items, LoadPlan plan)
    {
        using HttpConnection connection = new(proxy.EndPoint);
        await connection.ExchangeAsync(LoadItems.CreateTable).ConfigureAwait(false);
        await SendAllAsync(proxy, items.Puts(), plan.Connections).ConfigureAwait(false);
        byte[][] gets = items.Gets();
        await SendAllAsync(proxy, gets, plan.Connections).ConfigureAwait(false);
        int length = await connection.ExchangeAsync(plan.Operation == "PutItem" ? items.Puts()[0] : gets[0]).ConfigureAwait(false);
        ConstantReply reply = ConstantReply.Of(connection.Received(length));
        bool isHit = reply.Headers.TryGetValue("Cache-Status", out string? status) && status.Contains("; hit", StringComparison.Ordinal);
        return plan.Operation != "GetItem" || isHit != plan.NoCache
            ? reply
            : throw new InvalidOperationException($"This would not measure what it says: Cache-Status is '{status}'.");
    }

    /// <summary>Sends each request once, over several connections: many items are stored in the time of their groups, not one by one.</summary>
    private static Task SendAllAsync(ServerProcess proxy, byte[][] requests, int connections) =>
        Task.WhenAll(Enumerable.Range(0, connections).Select(async first =>
        {
            using HttpConnection connection = new(proxy.EndPoint);
            for (int i = first; i < requests.Length; i += connections)
            {
                await connection.ExchangeAsync(requests[i]).ConfigureAwait(false);
            }
        }));

    private static async Task<LoadResult> MeasureAsync(LoadClient client, ServerProcess server, LoadPlan plan)
    {
        TimeSpan before = server.CpuTime;
        LoadResult result = await client.RunAsync(TimeSpan.FromSeconds(plan.Seconds)).ConfigureAwait(false);
        return result with
        {
            ServerMicroseconds = (server.CpuTime - before).TotalMicroseconds / (result.RequestsPerSecond * plan.Seconds),
        };
    }
}
