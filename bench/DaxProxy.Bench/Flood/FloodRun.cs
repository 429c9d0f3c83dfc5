using System.Globalization;
using DaxProxy.Bench.Load;
using DaxProxy.Load;
using DaxProxy.Options;

namespace DaxProxy.Bench.Flood;

/// <summary>One flood: kind after kind, then all together.</summary>
internal static class FloodRun
{
    private const double MB = 1e6;
    private const int GoodConnections = 4, Items = 15_000, ItemBytes = 1000, ItemLimitMB = 16, QueryLimitMB = 4;

    /// <summary>What the process may take beyond what its caches, its requests and its answers may hold.</summary>
    private const double BeyondMB = 60;

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100), Rest = TimeSpan.FromSeconds(15);

    public static async Task<int> RunAsync(FloodPlan plan)
    {
        if (!OperatingSystem.IsLinux())
        {
            await Console.Error.WriteLineAsync("flood reads /proc, so it needs Linux.").ConfigureAwait(false);
            return 1;
        }

        string folder = Directory.CreateTempSubdirectory("daxproxy-flood-").FullName;
        using MemoryGroup? group = MemoryGroup.TryCreate(plan.LimitBytes);
        try
        {
            Dictionary<string, string> options = new()
            {
                ["DAXPROXY__ItemCache__MaxBytes"] = $"{ItemLimitMB}MB",
                ["DAXPROXY__QueryCache__MaxBytes"] = $"{QueryLimitMB}MB",
            };
            if (group is null)
            {
                // Three quarters, as the runtime takes of a group's limit for its heap.
                options["DOTNET_GCHeapHardLimit"] = (plan.LimitBytes * 3 / 4).ToString("X", CultureInfo.InvariantCulture);
            }

            using ServerProcess proxy = ServerProcess.StartProxy(folder, noCache: false, group?.Wrapper, verify: true, options: options);
            return await RunAsync(plan, proxy, group, folder).ConfigureAwait(false) ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<bool> RunAsync(FloodPlan plan, ServerProcess proxy, MemoryGroup? group, string folder)
    {
        Write($"{plan.Connections} connections, {plan.BodyBytes / (double)(1 << 20):0.##} MiB each, {(group is null ? "a heap" : "a control group")} of {plan.LimitBytes >> 20} MiB; caches of {ItemLimitMB} and {QueryLimitMB} MB, filled.");
        double requestLimit = new ListenOptions().EffectiveMaxBytesInFlight(plan.LimitBytes * 3 / 4) / MB,
            limits = ItemLimitMB + QueryLimitMB + (1.5 * requestLimit);
        Write($"Limits: caches {ItemLimitMB + QueryLimitMB} MB, requests {requestLimit:0.0} MB, answers {requestLimit / 2:0.0} MB, together {limits:0.0} MB.");
        await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System).ConfigureAwait(false);
        ProcessMemory idle = ProcessMemory.Of(proxy, folder);
        LoadItems items = new(Items, ItemBytes);
        using HttpLoadConnection loader = HttpLoadConnection.Open(proxy.EndPoint);
        foreach (byte[] request in (IEnumerable<byte[]>)[LoadItems.CreateTable, .. AttackList.LargePuts])
        {
            await loader.ExchangeAsync(request).ConfigureAwait(false);
        }

        byte[][] puts = items.Puts(), gets = items.Gets(), daxGets = items.DaxGets();
        using (LoadClient filling = new(HttpLoadConnection.Open(proxy.EndPoint, 64), puts))
        {
            await filling.RunOnceAsync().ConfigureAwait(false);
        }

        ProcessMemory filled = ProcessMemory.Of(proxy, folder);
        Write($"Idle {idle.ResidentBytes / MB:0.0} MB resident, {idle.OwnBytes / MB:0.0} its own; with full caches {filled.ResidentBytes / MB:0.0} and {filled.OwnBytes / MB:0.0}.");
        byte[] authorization = AttackList.Authorization(Path.Combine(folder, "keys"));
        int list;
        using (DaxLoadConnection dax = new(proxy.DaxEndPoint!, authorization))
        {
            list = await dax.DefineListAsync("data").ConfigureAwait(false);
        }

        IReadOnlyList<Attack> kinds =
            [.. AttackList.Of(proxy, plan.BodyBytes, authorization, list)
                .Where(kind => kind.Name.Contains(plan.Only, StringComparison.Ordinal))];
        Write($"");
        Write($"| sent | good requests/s | failed | longest, ms | peak resident, MB | beyond the limits | of it its own | group's peak | 15 s later | answers |");
        Write($"| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |");
        ProcessMemory peak = default;
        long failures = 0, least = long.MaxValue;
        foreach (Attack[] attacks in (IEnumerable<Attack[]>)[[], .. kinds.Select(kind => new[] { kind }), .. plan.Only.Length == 0
            ? new[] { AttackList.Of(proxy, plan.BodyBytes, authorization, list).ToArray() }
            : []])
        {
            using GoodClients good = new(
                [.. HttpLoadConnection.Open(proxy.EndPoint, GoodConnections), .. Enumerable.Range(0, GoodConnections)
                    .Select(_ => new DaxLoadConnection(proxy.DaxEndPoint!, authorization))],
                [.. Enumerable.Repeat(gets, GoodConnections), .. Enumerable.Repeat(daxGets, GoodConnections)]);
            group?.Reset();
            (ProcessMemory reached, (long Answered, long Failed, double LongestMs) served) =
                await RunAsync(plan, proxy, folder, good, attacks).ConfigureAwait(false);
            long groupPeak = group?.PeakBytes ?? 0;
            bool isQuiet = attacks.Length == 0;
            if (!isQuiet)
            {
                await Task.Delay(Rest, TimeProvider.System).ConfigureAwait(false);
            }

            string name = isQuiet ? "nothing" : attacks.Length == 1 ? attacks[0].Name : "all together";
            string answers = string.Join(
                "; ", attacks.Select(attack => attacks.Length == 1 ? attack.Answers : $"{attack.Name}: {attack.Answers}"));
            Write($"| {name} | {served.Answered / plan.Duration.TotalSeconds:0} | {served.Failed} | {served.LongestMs:0} | {reached.ResidentBytes / MB:0.0} | {(reached.ResidentBytes / MB) - limits:0.0} | {reached.OwnBytes / MB:0.0} | {groupPeak / MB:0.0} | {ProcessMemory.Of(proxy, folder).ResidentBytes / MB:0.0} | {answers} |");
            peak = peak.Max(reached);
            failures += served.Failed;
            least = Math.Min(least, served.Answered);
        }

        bool isAlive = !proxy.HasEnded;
        double beyond = (peak.ResidentBytes / MB) - limits;
        Write($"");
        Write($"Beyond the limits {beyond:0.0} MB, {BeyondMB:0} allowed. {(isAlive ? "The process lives." : "The process has ended.")}");
        return isAlive && failures == 0 && least > 0 && beyond <= BeyondMB;
    }

    private static async Task<(ProcessMemory Peak, (long Answered, long Failed, double LongestMs) Served)> RunAsync(
        FloodPlan plan, ServerProcess proxy, string folder, GoodClients good, Attack[] attacks)
    {
        using CancellationTokenSource stop = new(plan.Duration);
        Task serving = good.RunAsync(stop.Token);
        Task attacking = Task.WhenAll(Enumerable.Range(0, attacks.Length == 0 ? 0 : plan.Connections)
            .Select(index => Task.Run(() => attacks[index % attacks.Length].RunAsync(stop.Token), CancellationToken.None)));
        ProcessMemory peak = default;
        while (!stop.IsCancellationRequested)
        {
            peak = peak.Max(ProcessMemory.Of(proxy, folder));
            await Task.Delay(Poll, TimeProvider.System, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await serving.ConfigureAwait(false);
        await attacking.ConfigureAwait(false);
        return (peak, good.Take());
    }

    private static void Write(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
