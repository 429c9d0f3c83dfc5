using System.Diagnostics;
using DaxProxy.Bench.Load;
using DaxProxy.Load;

namespace DaxProxy.Bench.Soak;

/// <summary>One run: a mixed load on a fresh store, and a sample of the server every few seconds.</summary>
internal static class SoakRun
{
    private const int RequestsPerConnection = 4000;

    /// <summary>Runs and gives the samples in order.</summary>
    public static async Task<IReadOnlyList<SoakSample>> RunAsync(SoakPlan plan)
    {
        string folder = Directory.CreateTempSubdirectory("daxproxy-bench-").FullName;
        try
        {
            using ServerProcess server = ServerProcess.StartProxy(folder, plan.NoCache);
            using (HttpLoadConnection connection = HttpLoadConnection.Open(server.EndPoint))
            {
                await connection.ExchangeAsync(SoakRequests.CreateTable(!plan.NoStream)).ConfigureAwait(false);
            }

            long startedAt = Stopwatch.GetTimestamp();
            long[] answered = new long[plan.Connections];
            Task[] loops =
                [.. Enumerable.Range(0, plan.Connections)
                    .Select(index => Task.Run(() => LoopAsync(server, index, answered, startedAt, plan.Duration)))];
            return await SampleAsync(server, folder, answered, Task.WhenAll(loops), startedAt, plan).ConfigureAwait(false);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task LoopAsync(ServerProcess server, int index, long[] answered, long startedAt, TimeSpan duration)
    {
        using HttpLoadConnection connection = HttpLoadConnection.Open(server.EndPoint);
        byte[][] requests = new SoakRequests(index).Make(RequestsPerConnection);
        while (Stopwatch.GetElapsedTime(startedAt) < duration)
        {
            await connection.ExchangeAsync(requests[answered[index] % requests.Length]).ConfigureAwait(false);
            Volatile.Write(ref answered[index], answered[index] + 1);
        }
    }

    private static async Task<IReadOnlyList<SoakSample>> SampleAsync(
        ServerProcess server, string folder, long[] answered, Task load, long startedAt, SoakPlan plan)
    {
        using HttpClient http = new();
        List<SoakSample> samples = [];
        for (int next = 1; next * plan.Every <= plan.Duration && !load.IsFaulted; next++)
        {
            TimeSpan wait = (next * plan.Every) - Stopwatch.GetElapsedTime(startedAt);
            await Task.WhenAny(Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.Zero), load).ConfigureAwait(false);
            samples.Add(await SoakSample.TakeAsync(
                server, folder, http, Stopwatch.GetElapsedTime(startedAt), answered.Sum(count => Volatile.Read(ref count)))
                    .ConfigureAwait(false));
        }

        await load.ConfigureAwait(false);
        return samples;
    }
}
