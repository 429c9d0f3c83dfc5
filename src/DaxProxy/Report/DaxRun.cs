using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using DaxProxy.Load;

namespace DaxProxy.Report;

/// <summary>Reads through the proxy over DAX, beside the same ones over JSON. Owns its connections.</summary>
/// <param name="server">Where the proxy speaks DAX.</param>
/// <param name="proxied">The proxy.</param>
/// <param name="plan">The load, of reads only.</param>
/// <param name="keys">What chooses the items; the same as over JSON.</param>
internal sealed class DaxRun(DnsEndPoint server, Target proxied, ReportPlan plan, KeyChooser keys) : IDisposable
{
    private LoadConnection[] connections = [];

    /// <summary>Runs the load for a while.</summary>
    /// <param name="index">Which round it is; that over JSON with the same number asks for the same.</param>
    /// <param name="stop">Ends it early.</param>
    /// <exception cref="ReportFault">Nothing there speaks DAX, or not to clients without a key.</exception>
    public async Task<Round> RunAsync(int index, CancellationToken stop)
    {
        try
        {
            if (connections.Length == 0)
            {
                connections = await Task.Run(() => DaxLoadConnection.Open(server, plan.Connections), stop).ConfigureAwait(false);
            }

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
        }
        catch (Exception fault) when (fault is SocketException or IOException or TimeoutException)
        {
            throw new ReportFault(
                $"--proxied-dax {server.Host}:{server.Port}: no reads there ({fault.Message.ReplaceLineEndings(" ")}); "
                    + "give the DAX address of a proxy that does not verify signatures, or leave it out",
                fault);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Array.ForEach(connections, connection => connection.Dispose());
}
