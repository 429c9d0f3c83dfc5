using System.Collections.Concurrent;
using DaxProxy.Engine.Storage;

namespace DaxProxy.Engine.Regions;

/// <summary>How long writes take from region to region, and when none arrive: on purpose, and the same again by a seed.</summary>
/// <remarks>Thread-safe. Without delay, share and cuts, writes go on as soon as they are found.</remarks>
/// <param name="time">The clock.</param>
public sealed class ReplicationWeather(TimeProvider time)
{
    /// <summary>How long a partition by <see cref="ReplicationFaults.PartitionShare"/> holds, or its absence.</summary>
    public static readonly TimeSpan Spell = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<(string From, string To), bool> cuts = new();
    private volatile ReplicationFaults faults = new();

    /// <summary>What is to be simulated.</summary>
    public ReplicationFaults Faults
    {
        get => faults;
        set => faults = value;
    }

    /// <summary>The pairs that nothing goes between until it is said otherwise, from a region to another one.</summary>
    public IEnumerable<(string From, string To)> Cuts => cuts.Keys;

    /// <summary>Stops what goes from one region to another, or lets it go again.</summary>
    public void Cut(string from, string to, bool isCut)
    {
        if (isCut)
        {
            cuts[(from, to)] = true;
        }
        else
        {
            cuts.TryRemove((from, to), out _);
        }
    }

    /// <summary>Whether nothing goes from one region to another now.</summary>
    public bool IsCut(string from, string to)
    {
        if (cuts.ContainsKey((from, to)))
        {
            return true;
        }

        ReplicationFaults now = faults;
        long spell = time.GetUtcNow().Ticks / Spell.Ticks;

        // A partition cuts both ways.
        (string first, string second) = string.CompareOrdinal(from, to) < 0 ? (from, to) : (to, from);
        return now.PartitionShare > 0 && Draw(now.Seed, first, second, spell) < now.PartitionShare;
    }

    /// <summary>Whether a write has been under way long enough. Its time may be ahead of the clock: then it has.</summary>
    /// <param name="from">Where it was made.</param>
    /// <param name="to">Where it goes.</param>
    /// <param name="sequence">Its number.</param>
    /// <param name="writtenAt">When it was made: Unix time in microseconds.</param>
    public bool IsDue(string from, string to, long sequence, long writtenAt)
    {
        ReplicationFaults now = faults;
        if (now.Delay == TimeSpan.Zero && now.Jitter == TimeSpan.Zero)
        {
            return true;
        }

        TimeSpan delay = now.Delay + (now.Jitter * Draw(now.Seed, from, to, sequence));
        TimeSpan age = time.GetUtcNow() - DateTimeOffset.UnixEpoch - TimeSpan.FromMicroseconds(writtenAt);
        return age >= delay || age < TimeSpan.Zero;
    }

    /// <summary>A number from 0 to 1 that follows from a seed, a pair and a position.</summary>
    private static double Draw(int seed, string from, string to, long position)
    {
        ulong pair = (ulong)seed;
        foreach (char letter in from + ">" + to)
        {
            pair = (pair ^ letter) * 0x100000001B3;
        }

        return (Seeded.Number(pair, position) >> 11) * (1.0 / (1UL << 53));
    }
}
