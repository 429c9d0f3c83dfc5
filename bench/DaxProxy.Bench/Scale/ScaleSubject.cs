using System.Diagnostics;
using DaxProxy.Bench.Load;
using DaxProxy.Load;

namespace DaxProxy.Bench.Scale;

/// <summary>The proxy on a store of some size, and what was measured of it.</summary>
internal sealed class ScaleSubject : IDisposable
{
    private const int Requests = 200_000;
    private const int Seed = 1;

    private readonly ServerProcess server;
    private readonly LoadClient client;

    private ScaleSubject(int items, double fileBytes, TimeSpan ready, TimeSpan firstAnswer, ServerProcess server, LoadClient client)
    {
        Items = items;
        FileBytes = fileBytes;
        Ready = ready;
        FirstAnswer = firstAnswer;
        this.server = server;
        this.client = client;
    }

    /// <summary>Items in the table.</summary>
    public int Items { get; }

    /// <summary>Size of the store's files.</summary>
    public double FileBytes { get; }

    /// <summary>From the start of the process until it said that it was ready.</summary>
    public TimeSpan Ready { get; }

    /// <summary>From the start of the process until it had answered a GetItem.</summary>
    public TimeSpan FirstAnswer { get; }

    /// <summary>The rounds so far.</summary>
    public List<LoadResult> Rounds { get; } = [];

    /// <summary>Builds a store in a folder and starts the proxy on it.</summary>
    public static async Task<ScaleSubject> StartAsync(string folder, int count, int itemBytes, int connections)
    {
        LoadItems items = new(count, itemBytes);
        long buildingSince = Stopwatch.GetTimestamp();
        await StoreBuilder.BuildAsync(folder, items, count).ConfigureAwait(false);
        await Console.Error.WriteLineAsync(
            $"{count} items written in {Stopwatch.GetElapsedTime(buildingSince).TotalSeconds:0} s").ConfigureAwait(false);
        double fileBytes = new DirectoryInfo(folder).EnumerateFiles().Sum(file => file.Length);

        byte[][] requests = items.RandomGets(Requests, Seed);
        long startedAt = Stopwatch.GetTimestamp();
        ServerProcess server = ServerProcess.StartProxy(folder, noCache: true);
        TimeSpan ready = Stopwatch.GetElapsedTime(startedAt);
        using (HttpLoadConnection connection = HttpLoadConnection.Open(server.EndPoint))
        {
            int length = await connection.ExchangeAsync(requests[0]).ConfigureAwait(false);
            if (connection.Received(length).IndexOf("\"Item\""u8) < 0)
            {
                throw new InvalidOperationException("An item that was stored is not found; this would not measure what it says.");
            }
        }

        TimeSpan firstAnswer = Stopwatch.GetElapsedTime(startedAt);
        return new ScaleSubject(
            count, fileBytes, ready, firstAnswer, server, new LoadClient(HttpLoadConnection.Open(server.EndPoint, connections), requests));
    }

    /// <summary>Reads items that a seed picked, for a while.</summary>
    public async Task<LoadResult> MeasureAsync(TimeSpan duration)
    {
        TimeSpan before = server.CpuTime;
        LoadResult result = await client.RunAsync(duration).ConfigureAwait(false);
        return result with
        {
            ServerMicroseconds = (server.CpuTime - before).TotalMicroseconds / (result.RequestsPerSecond * duration.TotalSeconds),
        };
    }

    public void Dispose()
    {
        client.Dispose();
        server.Dispose();
    }
}
