using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using DaxProxy.Load;

namespace DaxProxy.Report;

/// <summary>Reads through the proxy over DAX, to compare with those over JSON. Owns its connections.</summary>
/// <param name="server">Where the proxy speaks DAX.</param>
/// <param name="proxied">The proxy.</param>
/// <param name="plan">The load, of reads only.</param>
/// <param name="keys">What chooses the items; the same as over JSON.</param>
internal sealed class DaxRun(DnsEndPoint server, Target proxied, ReportPlan plan, KeyChooser keys) : IDisposable
{
    private readonly List<LoadConnection> connections = [];

    /// <summary>Opens one connection.</summary>
    /// <param name="stop">Ends it early.</param>
    /// <exception cref="ReportFault">Nothing there speaks DAX.</exception>
    public Task ConnectAsync(CancellationToken stop) => GuardedAsync(async () =>
    {
        connections.Add(await Task.Run(() => new DaxLoadConnection(server), stop).ConfigureAwait(false));
        await connections[^1].ExchangeAsync(DaxRequests.Endpoints).ConfigureAwait(false);
        return 0;
    }).WaitAsync(Target.Patience, TimeProvider.System, stop);

    /// <summary>Opens connections and sends a request on each, so that the first one that counts is like any other.</summary>
    /// <param name="count">How many more.</param>
    /// <param name="stop">Ends it early.</param>
    /// <exception cref="ReportFault">Nothing there speaks DAX, or not to clients without a key.</exception>
    public Task OpenAsync(int count, CancellationToken stop) => GuardedAsync(async () =>
    {
        for (int opened = 0; opened < count; opened++)
        {
            connections.Add(await Task.Run(() => new DaxLoadConnection(server), stop).ConfigureAwait(false));
            await connections[^1].ExchangeAsync(DaxRequests.GetItem(proxied.Table, "outsider", "outsider")).ConfigureAwait(false);
        }

        return 0;
    }).WaitAsync(Target.Patience, TimeProvider.System, stop);

    /// <summary>Runs the load for a while.</summary>
    /// <param name="index">Which round it is.</param>
    /// <param name="stop">Ends it early.</param>
    /// <exception cref="ReportFault">Nothing there speaks DAX, or not to clients without a key.</exception>
    public Task<Round> RunAsync(int index, CancellationToken stop) => GuardedAsync(async () =>
    {
        Tally tally = new(plan.WarmTime);
        int seed = TargetRun.SeedOf(plan, Phase.Dax, index);
        LoadDriver driver = new(
            connections,
            [.. connections.Select((_, number) => new DaxSource(proxied.Table, plan, keys, tally, seed + number))]);
        long startedAt = Stopwatch.GetTimestamp();
        TimeSpan used = Environment.CpuUsage.TotalTime;
        double perSecond = await driver.RunAsync(plan.WarmTime, stop)
            .WaitAsync(plan.WarmTime + Target.Patience, TimeProvider.System, stop).ConfigureAwait(false);
        double cores = (Environment.CpuUsage.TotalTime - used) / Stopwatch.GetElapsedTime(startedAt);
        return tally.ToRound(Phase.Dax, isProxied: true, index, plan.Connections, perSecond, cores);
    });

    /// <inheritdoc/>
    public void Dispose() => connections.ForEach(connection => connection.Dispose());

    private async Task<T> GuardedAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is SocketException or IOException or TimeoutException)
        {
            throw new ReportFault(
                $"--proxied-dax {server.Host}:{server.Port}: no reads there ({fault.Message.ReplaceLineEndings(" ")}); "
                    + "give the DAX address of a proxy that does not verify signatures, or leave it out",
                fault);
        }
    }
}
