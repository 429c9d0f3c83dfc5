using DaxProxy.Load;

namespace DaxProxy.Bench.Load;

/// <summary>One run: starts the servers, warms them up, then lets the two loads take turns.</summary>
internal static class LoadRun
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);

    public static async Task<LoadReport> RunAsync(LoadPlan plan)
    {
        string folder = Directory.CreateTempSubdirectory("daxproxy-bench-").FullName;
        try
        {
            using ServerProcess proxy = ServerProcess.StartProxy(
                folder, plan.NoCache, verify: plan.Verify, options: PoliciesOf(folder, plan.Statements));
            (byte[][] requests, ConstantReply reply) = await PrepareAsync(proxy, plan).ConfigureAwait(false);
            using ServerProcess? constant = plan.IsDax ? null : ServerProcess.StartConstant(reply, plan.Bare);
            ServerProcess other = constant ?? proxy;
            using LoadClient ours = plan.IsDax
                ? new(
                    DaxLoadConnection.Open(proxy.DaxEndPoint!, plan.Connections), await DaxRequestsAsync(proxy, plan).ConfigureAwait(false))
                : new(HttpLoadConnection.Open(proxy.EndPoint, plan.Connections), requests);
            using LoadClient theirs = new(HttpLoadConnection.Open(other.EndPoint, plan.Connections), requests);
            await ours.RunAsync(WarmUp).ConfigureAwait(false);
            await theirs.RunAsync(WarmUp).ConfigureAwait(false);
            IReadOnlyList<LoadResult>[] rounds = await Turns.RunAsync(
                [() => MeasureAsync(ours, proxy, plan), () => MeasureAsync(theirs, other, plan)], plan.Rounds).ConfigureAwait(false);
            return new LoadReport(plan, rounds[0], rounds[1]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Writes the policy of the profile that the load signs with. Gives the option that names its folder.</summary>
    private static Dictionary<string, string> PoliciesOf(string folder, string statements)
    {
        if (statements.Length == 0)
        {
            return [];
        }

        string policies = Path.Combine(folder, "policies");
        Directory.CreateDirectory(Path.Combine(policies, "users"));
        File.WriteAllText(
            Path.Combine(policies, "users", "load.json"), $$"""{"Version":"2012-10-17","Statement":[{{statements}}]}""");
        return new Dictionary<string, string> { ["DAXPROXY__Auth__PoliciesFolder"] = policies };
    }

    /// <summary>Stores the items, brings them into the cache, and keeps one reply as the pattern of the constant one.</summary>
    internal static async Task<(byte[][] Requests, ConstantReply Reply)> PrepareAsync(ServerProcess proxy, LoadPlan plan)
    {
        LoadItems items = new(plan.Items, plan.ItemBytes);
        LoadPages pages = new(plan.Items, plan.ItemBytes);
        (byte[] create, byte[][] puts, byte[][] reads) = plan.Operation == "Query"
            ? (LoadPages.CreateTable, pages.Puts(), pages.Queries())
            : (LoadItems.CreateTable, items.Puts(), items.Gets());
        await SendAllAsync(proxy, [create], connections: 1).ConfigureAwait(false);
        await SendAllAsync(proxy, puts, plan.Connections).ConfigureAwait(false);
        await SendAllAsync(proxy, reads, plan.Connections).ConfigureAwait(false);
        byte[][] requests = plan.Operation == "PutItem" ? puts : reads;

        // Opened only now: a million items take longer to store than the server lets a connection idle.
        using HttpLoadConnection connection = HttpLoadConnection.Open(proxy.EndPoint);
        int length = await connection.ExchangeAsync(requests[0]).ConfigureAwait(false);
        ConstantReply reply = ConstantReply.Of(connection.Received(length));
        bool isHit = reply.Headers.TryGetValue("Cache-Status", out string? status) && status.Contains("; hit", StringComparison.Ordinal);
        return plan.Operation == "PutItem" || isHit != plan.NoCache
            ? (requests, reply)
            : throw new InvalidOperationException($"This would not measure what it says: Cache-Status is '{status}'.");
    }

    /// <summary>The same requests over DAX.</summary>
    private static async Task<byte[][]> DaxRequestsAsync(ServerProcess proxy, LoadPlan plan)
    {
        LoadItems items = new(plan.Items, plan.ItemBytes);
        using DaxLoadConnection connection = new(proxy.DaxEndPoint!);
        return plan.Operation switch
        {
            "Query" => new LoadPages(plan.Items, plan.ItemBytes).DaxQueries(),
            "PutItem" => items.DaxPuts(await connection.DefineListAsync("data").ConfigureAwait(false)),
            _ => items.DaxGets(),
        };
    }

    /// <summary>
    /// Sends each request once, over several connections: many items are stored in the time of their groups, not one by one.
    /// </summary>
    private static Task SendAllAsync(ServerProcess proxy, byte[][] requests, int connections) =>
        Task.WhenAll(Enumerable.Range(0, connections).Select(async first =>
        {
            using HttpLoadConnection connection = HttpLoadConnection.Open(proxy.EndPoint);
            for (int i = first; i < requests.Length; i += connections)
            {
                await connection.ExchangeAsync(requests[i]).ConfigureAwait(false);
            }
        }));

    private static Task<LoadResult> MeasureAsync(LoadClient client, ServerProcess server, LoadPlan plan) =>
        server.MeasureAsync(() => client.RunAsync(TimeSpan.FromSeconds(plan.Seconds)));
}
