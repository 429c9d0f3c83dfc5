using System.ComponentModel;
using System.Diagnostics;
using DaxProxy.Bench.Load;
using DaxProxy.Load;

namespace DaxProxy.Bench.Compare;

/// <summary>
/// What a server does for the writes it has acknowledged: counts the calls that synchronise a file while single writes come one after the
/// other (one a write, or the write does not survive a loss of power), and kills the server amid writes to see what is left of them.
/// </summary>
internal static class DurabilityTrial
{
    private const int SingleWrites = 100;
    private const int Writers = 32;
    private const int Writes = 20_000;
    private const int ItemBytes = 400;
    private static readonly TimeSpan KillAfter = TimeSpan.FromMilliseconds(700);
    private static readonly TimeSpan TraceDelay = TimeSpan.FromMilliseconds(300);

    /// <summary>Runs both trials of one server, on folders of its own.</summary>
    public static async Task<DurabilityResult> RunAsync(Contender contender)
    {
        double? synchronisations = HasStrace() ? await CountSynchronisationsAsync(contender).ConfigureAwait(false) : null;
        (int acknowledged, int lost) = await KillAsync(contender).ConfigureAwait(false);
        return new DurabilityResult(contender.Name, synchronisations, acknowledged, lost);
    }

    private static async Task<double> CountSynchronisationsAsync(Contender contender)
    {
        string folder = Directory.CreateTempSubdirectory("daxproxy-bench-").FullName;
        try
        {
            string trace = Path.Combine(folder, "trace");
            string data = Directory.CreateDirectory(Path.Combine(folder, "data")).FullName;
            using ServerProcess server = await contender.StartAsync(
                data, ["strace", "-f", "-qq", "--seccomp-bpf", "-e", "trace=fsync,fdatasync", "-o", trace]).ConfigureAwait(false);
            using HttpLoadConnection connection = HttpLoadConnection.Open(server.EndPoint);
            await TableSetup.RunAsync(connection).ConfigureAwait(false);
            byte[][] puts = new LoadItems(SingleWrites, ItemBytes).Puts();
            await Task.Delay(TraceDelay).ConfigureAwait(false);
            int before = Calls(trace);
            foreach (byte[] put in puts)
            {
                await connection.ExchangeAsync(put).ConfigureAwait(false);
            }

            await Task.Delay(TraceDelay).ConfigureAwait(false);
            return (Calls(trace) - before) / (double)SingleWrites;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<(int Acknowledged, int Lost)> KillAsync(Contender contender)
    {
        string folder = Directory.CreateTempSubdirectory("daxproxy-bench-").FullName;
        try
        {
            LoadItems items = new(Writes, ItemBytes);
            bool[] acknowledged = new bool[Writes];
            using (ServerProcess server = await contender.StartAsync(folder, []).ConfigureAwait(false))
            {
                using (HttpLoadConnection connection = HttpLoadConnection.Open(server.EndPoint))
                {
                    await TableSetup.RunAsync(connection).ConfigureAwait(false);
                }

                byte[][] puts = items.Puts();
                Task[] writers =
                    [.. Enumerable.Range(0, Writers).Select(writer => Task.Run(() => WriteAsync(server, puts, writer, acknowledged)))];
                await Task.Delay(KillAfter).ConfigureAwait(false);
                server.Kill();
                await Task.WhenAll(writers).ConfigureAwait(false);
            }

            using ServerProcess restarted = await contender.StartAsync(folder, []).ConfigureAwait(false);
            using HttpLoadConnection reader = HttpLoadConnection.Open(restarted.EndPoint);
            byte[][] gets = items.Gets();
            int lost = 0;
            foreach (int index in Enumerable.Range(0, Writes).Where(index => acknowledged[index]))
            {
                int length = await reader.ExchangeAsync(gets[index]).ConfigureAwait(false);
                lost += reader.Received(length).IndexOf("\"Item\""u8) < 0 ? 1 : 0;
            }

            return (acknowledged.Count(written => written), lost);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task WriteAsync(ServerProcess server, byte[][] puts, int writer, bool[] acknowledged)
    {
        using HttpLoadConnection connection = HttpLoadConnection.Open(server.EndPoint);
        try
        {
            for (int index = writer; index < puts.Length; index += Writers)
            {
                await connection.ExchangeAsync(puts[index]).ConfigureAwait(false);
                acknowledged[index] = true;
            }
        }
        catch (Exception exception) when (exception is IOException or System.Net.Sockets.SocketException)
        {
            // The server was killed, as it was meant to be; this write was not acknowledged.
        }
    }

    private static int Calls(string trace) =>
        File.ReadLines(trace).Count(
            line => line.Contains("fsync(", StringComparison.Ordinal) || line.Contains("fdatasync(", StringComparison.Ordinal));

    private static bool HasStrace()
    {
        try
        {
            using Process strace = Process.Start(new ProcessStartInfo("strace", ["-V"]) { RedirectStandardOutput = true })!;
            strace.StandardOutput.ReadToEnd();
            strace.WaitForExit();
            return strace.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
