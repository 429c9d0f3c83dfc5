using System.Diagnostics;
using DaxProxy.Bench.Load;
using DaxProxy.Load;
using DaxProxy.Telemetry;

namespace DaxProxy.Bench.Soak;

/// <summary>Parallel readers of items and pages, while one connection writes some of them: does a reply ever stay away?</summary>
internal static class DaxReaders
{
    private const int Items = 1000;
    private const int Pages = 50;
    private static readonly TimeSpan Stall = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Missing = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan WritePause = TimeSpan.FromMilliseconds(10);

    /// <summary>Runs; false if a reply stalled or memory grew. A reply that never comes ends the command with an exception.</summary>
    public static async Task<bool> RunAsync(DaxSoakPlan plan)
    {
        LoadItems items = new(Items, itemBytes: 400);
        LoadPages pages = new(Pages, itemBytes: 100);
        using DaxSubject subject = await DaxSubject.StartAsync(
            [LoadItems.CreateTable, LoadPages.CreateTable, .. items.Puts(), .. pages.Puts()]).ConfigureAwait(false);

        // Nine reads of an item for one of a page.
        byte[][] gets = items.DaxGets(), queries = pages.DaxQueries();
        byte[][] requests = [.. gets.SelectMany((get, index) => index % 9 == 8 ? new[] { get, queries[index / 9 % Pages] } : [get])];
        LatencyHistogram latency = new();
        long startedAt = Stopwatch.GetTimestamp();
        bool IsOver() => Stopwatch.GetElapsedTime(startedAt) >= plan.Duration;
        Task<(long Count, long Stalls, TimeSpan Longest)>[] readers =
        [
            .. Enumerable.Range(0, plan.Readers).Select(
                index => Task.Run(() => ReadAsync(subject.Server, requests, index * requests.Length / plan.Readers, latency, IsOver))),
        ];
        Task writer = WriteAsync(subject.Server, items, IsOver);
        IReadOnlyList<SoakSample> samples = await subject.SampleAsync(Task.WhenAll([.. readers, writer]), plan.Every).ConfigureAwait(false);

        (long Count, long Stalls, TimeSpan Longest)[] results = await Task.WhenAll(readers).ConfigureAwait(false);
        LatencySnapshot snapshot = latency.Snapshot();
        long stalls = results.Sum(result => result.Stalls);
        DaxSoakCommand.Write(
            $"{plan.Readers} readers over DAX, {plan.Duration.TotalMinutes:0.#} minutes, {results.Sum(result => result.Count):#,0} replies, none missing, {results.Min(result => result.Count):#,0} of the slowest reader");
        DaxSoakCommand.Write(
            $"p50 {snapshot.Percentile(0.5).TotalMilliseconds:0.00} ms, p99 {snapshot.Percentile(0.99).TotalMilliseconds:0.00} ms, longest {results.Max(result => result.Longest).TotalMilliseconds:0} ms, replies over {Stall.TotalSeconds:0} s: {stalls}");
        DaxSoakCommand.Write($"");
        return DaxSoakCommand.PrintMemory(samples) && stalls == 0;
    }

    private static async Task<(long Count, long Stalls, TimeSpan Longest)> ReadAsync(
        ServerProcess server, byte[][] requests, int first, LatencyHistogram latency, Func<bool> isOver)
    {
        using DaxLoadConnection connection = new(server.DaxEndPoint!);
        long count = 0, stalls = 0;
        TimeSpan longest = default;
        while (!isOver())
        {
            long sentAt = Stopwatch.GetTimestamp();
            ValueTask<int> exchange = connection.ExchangeAsync(requests[(first + count++) % requests.Length]);
            _ = exchange.IsCompleted
                ? await exchange.ConfigureAwait(false)
                : await exchange.AsTask().WaitAsync(Missing).ConfigureAwait(false);
            TimeSpan took = Stopwatch.GetElapsedTime(sentAt);
            latency.Record((long)took.TotalNanoseconds);
            longest = took > longest ? took : longest;
            stalls += took > Stall ? 1 : 0;
        }

        return (count, stalls, longest);
    }

    private static async Task WriteAsync(ServerProcess server, LoadItems items, Func<bool> isOver)
    {
        using DaxLoadConnection connection = new(server.DaxEndPoint!);
        byte[][] puts = items.DaxPuts(await connection.DefineListAsync("data").ConfigureAwait(false));
        for (long count = 0; !isOver(); count++)
        {
            await connection.ExchangeAsync(puts[count % puts.Length]).ConfigureAwait(false);
            await Task.Delay(WritePause).ConfigureAwait(false);
        }
    }
}
