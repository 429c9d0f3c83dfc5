using DaxProxy.Bench.Load;
using DaxProxy.Load;

namespace DaxProxy.Bench.Compare;

/// <summary>
/// One run: starts every server on a fresh folder, warms it up, then lets them take turns, with the constant reply among them.
/// </summary>
internal static class CompareRun
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    /// <summary>Measures one operation.</summary>
    /// <param name="operation">GetItem or PutItem.</param>
    /// <param name="contenders">The servers, the proxy first.</param>
    /// <param name="plan">How.</param>
    public static async Task<CompareReport> RunAsync(string operation, IReadOnlyList<Contender> contenders, ComparePlan plan)
    {
        string folder = Directory.CreateTempSubdirectory("daxproxy-bench-").FullName;
        List<ServerProcess> servers = [];
        try
        {
            LoadItems items = new(plan.Items, plan.ItemBytes);
            byte[][] requests = operation == "PutItem" ? items.Puts() : items.Gets();
            ConstantReply? reply = null;
            foreach (Contender contender in contenders)
            {
                ServerProcess server = await contender.StartAsync(
                    Directory.CreateDirectory(Path.Combine(folder, $"{servers.Count}")).FullName, [])
                    .ConfigureAwait(false);
                servers.Add(server);
                reply ??= await PrepareAsync(server, items, requests).ConfigureAwait(false);
                if (servers.Count > 1)
                {
                    await PrepareAsync(server, items, requests).ConfigureAwait(false);
                }
            }

            servers.Add(ServerProcess.StartConstant(reply!, bare: false));
            return new CompareReport(
                operation, plan, contenders, await MeasureAsync(servers, requests, plan).ConfigureAwait(false));
        }
        finally
        {
            servers.ForEach(server => server.Dispose());
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<IReadOnlyList<LoadResult>[]> MeasureAsync(List<ServerProcess> servers, byte[][] requests, ComparePlan plan)
    {
        foreach (ServerProcess server in servers)
        {
            await MeasureAsync(server, requests, plan.Connections, WarmUp).ConfigureAwait(false);
        }

        return await Turns.RunAsync(
            [.. servers.Select<ServerProcess, Func<Task<LoadResult>>>(server =>
                () => MeasureAsync(server, requests, plan.Connections, TimeSpan.FromSeconds(plan.Seconds)))],
            plan.Rounds).ConfigureAwait(false);
    }

    /// <summary>Connections are made for each round: dynalite closes those that were idle for five seconds.</summary>
    private static async Task<LoadResult> MeasureAsync(ServerProcess server, byte[][] requests, int connections, TimeSpan duration)
    {
        using LoadClient client = new(HttpLoadConnection.Open(server.EndPoint, connections), requests);
        return await server.MeasureAsync(() => client.RunAsync(duration)).ConfigureAwait(false);
    }

    /// <summary>Makes the table, stores the items, checks that each is found, and gives the reply to the last request.</summary>
    private static async Task<ConstantReply> PrepareAsync(ServerProcess server, LoadItems items, byte[][] requests)
    {
        using HttpLoadConnection connection = HttpLoadConnection.Open(server.EndPoint);
        await TableSetup.RunAsync(connection).ConfigureAwait(false);
        foreach (byte[] put in items.Puts())
        {
            await connection.ExchangeAsync(put).ConfigureAwait(false);
        }

        foreach (byte[] get in items.Gets())
        {
            if (connection.Received(await connection.ExchangeAsync(get).ConfigureAwait(false)).IndexOf("\"Item\""u8) < 0)
            {
                throw new InvalidOperationException("An item that was stored is not found; this would not measure what it says.");
            }
        }

        return ConstantReply.Of(connection.Received(await connection.ExchangeAsync(requests[^1]).ConfigureAwait(false)));
    }
}
