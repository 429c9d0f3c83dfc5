using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using DaxProxy.Bench.Load;
using DaxProxy.Core.Caching.Core;
using DaxProxy.Core.Catalog;
using Microsoft.Extensions.Caching.Memory;

namespace DaxProxy.Bench.Hits;

/// <summary>
/// The command <c>cache-cost</c>: what a hit takes by the number of entries, what an entry takes, and how long one call may last.
/// </summary>
internal static class CostCommand
{
    private const int BodyBytes = 1024;
    private const int OverheadBytes = 200;

    private static readonly PostEvictionCallbackRegistration Callback = new() { EvictionCallback = static (_, _, _, _) => { } };

    public static Command Create()
    {
        Command command = new("cache-cost", "Measure look-ups, memory and pauses of MemoryCache and of our core");
        command.SetAction(_ =>
        {
            PrintHits();
            PrintMemory();
            PrintPauses();
        });
        return command;
    }

    private static string KeyOf(int key) => string.Create(CultureInfo.InvariantCulture, $"user-{key:D12}");

    /// <summary>Nanoseconds of a look-up that finds its entry; the caches take turns, and the fastest of the turns counts.</summary>
    private static void PrintHits()
    {
        const int Turns = 15, Operations = 200_000;
        Console.WriteLine("| entries | MemoryCache, ns a hit | ours, ns a hit | ratio |");
        Console.WriteLine("| ---: | ---: | ---: | ---: |");
        foreach (int count in (int[])[1000, 10_000, 100_000, 1_000_000])
        {
            using MemoryCache theirs = new(new MemoryCacheOptions { SizeLimit = long.MaxValue });
            CacheCore<Entry> ours = Make(long.MaxValue);
            byte[] body = new byte[BodyBytes];
            string[] texts = [.. Enumerable.Range(0, count).Select(KeyOf)];
            byte[][] keys = [.. texts.Select(Encoding.UTF8.GetBytes)];
            for (int i = 0; i < count; i++)
            {
                Store(theirs, KeyOf(i), body);
                ours.Store(new Entry([.. keys[i]], body));
            }

            Random random = new(1);
            int[] order = [.. Enumerable.Range(0, Operations).Select(_ => random.Next(count))];

            double theirBest = double.MaxValue, ourBest = double.MaxValue;
            for (int turn = 0; turn < Turns; turn++)
            {
                theirBest = Math.Min(theirBest, Time(i => theirs.TryGetValue(texts[i].AsSpan(), out _), order));
                ourBest = Math.Min(ourBest, Time(i => ours.TryGet(keys[i], out _), order));
            }

            Console.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"| {count:#,0} | {theirBest:0} | {ourBest:0} | {ourBest / theirBest:0.00} |"));
        }
    }

    private static double Time(Func<int, bool> find, int[] order)
    {
        long start = Stopwatch.GetTimestamp();
        foreach (int key in order)
        {
            if (!find(key))
            {
                throw new InvalidOperationException("It must be there.");
            }
        }

        return Stopwatch.GetElapsedTime(start).TotalNanoseconds / order.Length;
    }

    /// <summary>Live heap after a full collection, minus key and body.</summary>
    private static void PrintMemory()
    {
        const int Count = 200_000;
        using MemoryCache theirs = new(new MemoryCacheOptions { SizeLimit = long.MaxValue });
        CacheCore<Entry> ours = Make(long.MaxValue);
        double theirBytes = Live(i => Store(theirs, KeyOf(i), new byte[BodyBytes]), Count) - BodyBytes - KeyOf(0).Length;
        double ourBytes = Live(i => ours.Store(
            new Entry(Encoding.UTF8.GetBytes(KeyOf(i)), new byte[BodyBytes])), Count) - BodyBytes - KeyOf(0).Length;
        Console.WriteLine();
        Console.WriteLine("| | MemoryCache | ours |");
        Console.WriteLine("| --- | ---: | ---: |");
        Console.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"| bytes of an entry beyond key and body | {theirBytes:0} | {ourBytes:0} |"));
        GC.KeepAlive(ours);
    }

    private static double Live(Action<int> store, int count)
    {
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int i = 0; i < count; i++)
        {
            store(i);
        }

        return (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)count;
    }

    /// <summary>
    /// One thread stores three times as many entries as there is room for, another reads. What the collector or other processes took is
    /// left out.
    /// </summary>
    private static void PrintPauses()
    {
        const int Room = 100_000;
        const long MaxBytes = Room * (BodyBytes + OverheadBytes);
        (double Write, double Read)[] theirs = new (double, double)[3], ours = new (double, double)[3];
        for (int run = 0; run < ours.Length; run++)
        {
            using MemoryCache memory = new(new MemoryCacheOptions { SizeLimit = MaxBytes });
            theirs[run] = Pauses(
                i => Store(memory, KeyOf(i), new byte[BodyBytes]), i => memory.TryGetValue(KeyOf(i).AsSpan(), out _), Room * 3);
            CacheCore<Entry> core = Make(MaxBytes);
            ours[run] = Pauses(
                i => core.Store(new Entry(Encoding.UTF8.GetBytes(KeyOf(i)), new byte[BodyBytes])),
                i => core.TryGet(Encoding.UTF8.GetBytes(KeyOf(i)), out _),
                Room * 3);
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| longest store, ms | {Spread.Of(theirs.Select(run => run.Write))} | {Spread.Of(ours.Select(run => run.Write))} |"));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| longest look-up, ms | {Spread.Of(theirs.Select(run => run.Read))} | {Spread.Of(ours.Select(run => run.Read))} |"));
    }

    private static (double Write, double Read) Pauses(Action<int> store, Action<int> find, int count)
    {
        int stored = 0;
        double longestRead = 0;
        Thread reader = new(() =>
        {
            Random random = new(1);
            using RunQueue queue = new();
            for (int to; (to = Volatile.Read(ref stored)) < count;)
            {
                longestRead = Math.Max(longestRead, Milliseconds(find, random.Next(to + 1), queue));
            }
        });
        reader.Start();
        double longestWrite = 0;
        using RunQueue ownQueue = new();
        for (int i = 0; i < count; i++)
        {
            longestWrite = Math.Max(longestWrite, Milliseconds(store, i, ownQueue));
            Volatile.Write(ref stored, i + 1);
        }

        reader.Join();
        return (longestWrite, longestRead);
    }

    /// <summary>How long a call took while the thread was not waiting for a processor; nothing, if the collector stopped it.</summary>
    private static double Milliseconds(Action<int> call, int key, RunQueue queue)
    {
        int collections = GC.CollectionCount(0);
        TimeSpan waited = queue.Waited;
        long start = Stopwatch.GetTimestamp();
        call(key);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(start) - (queue.Waited - waited);
        return collections == GC.CollectionCount(0) ? elapsed.TotalMilliseconds : 0;
    }

    private static CacheCore<Entry> Make(long maxBytes) => new(maxBytes, 1 << 20, 42, TimeProvider.System);

    private static void Store(MemoryCache cache, string key, byte[] body)
    {
        using ICacheEntry entry = cache.CreateEntry(key);
        entry.Value = body;
        entry.Size = BodyBytes + OverheadBytes;
        entry.PostEvictionCallbacks.Add(Callback);
        entry.AbsoluteExpirationRelativeToNow = TimeSpan.FromHours(1);
    }

    private sealed class Entry(byte[] key, byte[] body) : CacheEntry(key, body.Length + Head, TimeProvider.System.GetUtcNow().AddHours(1))
    {
        private const int Head = 32;

        public byte[] Body => body;

        protected internal override void OnLeft(RemovalReason why)
        {
        }
    }
}
