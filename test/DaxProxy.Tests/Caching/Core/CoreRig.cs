using System.Text;
using DaxProxy.Core.Caching.Core;
using NUnit.Framework;

namespace DaxProxy.Tests.Caching.Core;

/// <summary>A core with a clock of its own, and all that was ever stored in it.</summary>
internal sealed class CoreRig(long maxBytes, int largestEntryBytes = 4096)
{
    private readonly List<TextEntry> stored = [];

    public ManualTime Time { get; } = new();

    public CacheCore<TextEntry> Cache => field ??= new(maxBytes, largestEntryBytes, 42, Time);

    public IReadOnlyList<TextEntry> Stored => stored;

    public TextEntry? Find(string key) => Cache.TryGet(Encoding.UTF8.GetBytes(key), out TextEntry? entry) ? entry : null;

    public TextEntry? FindStale(string key) => Cache.TryGetStale(Encoding.UTF8.GetBytes(key), out TextEntry? entry) ? entry : null;

    public bool Remove(string key) => Cache.Remove(Encoding.UTF8.GetBytes(key));

    /// <summary>Stores an entry that lives so many seconds; null if it was refused.</summary>
    public TextEntry? Store(string key, int payloadBytes = 100, double seconds = double.PositiveInfinity, double grace = 0)
    {
        DateTimeOffset end =
            double.IsPositiveInfinity(seconds) ? DateTimeOffset.MaxValue : Time.GetUtcNow() + TimeSpan.FromSeconds(seconds);
        TextEntry entry = new(key, stored.Count, payloadBytes, end) { StaleFor = TimeSpan.FromSeconds(grace) };
        if (!Cache.Store(entry))
        {
            return null;
        }

        stored.Add(entry);
        return entry;
    }

    /// <summary>Everything adds up: those that did not leave are there, once each, and their bytes are the cache's.</summary>
    public void Check()
    {
        TextEntry[] there = [.. stored.Where(entry => entry.Left is null)];
        Assert.That((Cache.Count, Cache.Bytes), Is.EqualTo((there.Length, there.Sum(entry => (long)entry.EntryBytes))));
        Assert.That(Cache.Bytes, Is.LessThanOrEqualTo(maxBytes));
        Assert.That(there.Select(entry => entry.Name), Is.Unique);
        Assert.That(stored.All(entry => entry.Departures == (entry.Left is null ? 0 : 1)));
        foreach (TextEntry entry in there.Where(entry => entry.ExpiresAt > Time.GetUtcNow()))
        {
            Assert.That(Find(entry.Name), Is.SameAs(entry));
        }
    }
}
