using System.Collections.Concurrent;
using System.Text;
using DaxProxy.Core.Caching.Core;
using NUnit.Framework;

namespace DaxProxy.Tests.Caching.Core;

/// <summary>Real threads over one core: what a reader finds was stored under that key, and not taken away before he began.</summary>
[TestFixture]
public sealed class CacheCoreStressTests
{
    [Test]
    public async Task Stress_NothingIsOlderThanWhatWasStoredOrRemovedBefore([Values(20_000, 2_000_000)] int maxBytes)
    {
        const int Writers = 3, Readers = 3, KeysOfEach = 64, Writes = 5_000, Reads = 20_000;
        CacheCore<TextEntry> cache = new(maxBytes, 2048, 7, TimeProvider.System);
        ConcurrentBag<TextEntry> stored = [];
        byte[][] keys = [.. Enumerable.Range(0, Writers * KeysOfEach).Select(key => Encoding.UTF8.GetBytes($"{key}"))];
        int[] floors = new int[keys.Length];
        long found = 0;
        Task[] workers =
        [
            .. Enumerable.Range(0, Writers).Select(writer => Task.Run(() => Write(writer))),
            .. Enumerable.Range(0, Readers).Select(reader => Task.Run(() => Read(reader))),
        ];
        await Task.WhenAll(workers);
        TextEntry[] there = [.. stored.Where(entry => entry.Left is null)];
        Assert.That(found, Is.Positive);
        Assert.That((cache.Count, cache.Bytes), Is.EqualTo((there.Length, there.Sum(entry => (long)entry.EntryBytes))));
        Assert.That(stored.All(entry => entry.Departures == (entry.Left is null ? 0 : 1)));

        // Each key has one writer, who counts it up; a floor is raised when what it stands for has returned.
        void Write(int writer)
        {
            Random random = new(writer);
            for (int number = 1; number <= Writes; number++)
            {
                int key = (random.Next(KeysOfEach) * Writers) + writer;
                if (random.Next(4) == 0)
                {
                    cache.Remove(keys[key]);
                    Volatile.Write(ref floors[key], number);
                    continue;
                }

                TextEntry entry = new($"{key}", number, random.Next(500), DateTimeOffset.MaxValue);
                stored.Add(entry);
                Assert.That(cache.Store(entry));
                Volatile.Write(ref floors[key], number);
            }
        }

        void Read(int reader)
        {
            Random random = new(reader);
            for (int i = 0; i < Reads; i++)
            {
                int key = random.Next(keys.Length);
                int floor = Volatile.Read(ref floors[key]);
                if (cache.TryGet(keys[key], out TextEntry? entry))
                {
                    Assert.That((entry.Name, entry.Number >= floor), Is.EqualTo(($"{key}", true)));
                    Interlocked.Increment(ref found);
                }
            }
        }
    }

    [Test]
    public async Task Growth_WhileOthersRead_LosesNothing()
    {
        const int Count = 30_000;
        CacheCore<TextEntry> cache = new(1L << 30, 1 << 20, 7, TimeProvider.System);
        byte[][] keys = [.. Enumerable.Range(0, Count).Select(key => Encoding.UTF8.GetBytes($"{key}"))];
        int written = 0;
        Task[] readers = [.. Enumerable.Range(0, 3).Select(reader => Task.Run(() => Read(reader)))];
        for (int key = 0; key < Count; key++)
        {
            cache.Store(new TextEntry($"{key}", key, 10, DateTimeOffset.MaxValue));
            Volatile.Write(ref written, key + 1);
        }

        await Task.WhenAll(readers);
        Assert.That(cache.Count, Is.EqualTo(Count));

        void Read(int reader)
        {
            Random random = new(reader);
            for (int count; (count = Volatile.Read(ref written)) < Count;)
            {
                if (count > 0)
                {
                    int key = random.Next(count);
                    Assert.That(cache.TryGet(keys[key], out TextEntry? entry) && entry.Number == key, $"{key} of {count}");
                }
            }
        }
    }
}
