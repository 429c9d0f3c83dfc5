using System.Threading.Channels;

namespace DaxProxy.Core.Caching.Items;

/// <summary>
/// Picks a share of the hits and hands them over in a queue of constant size; what does not fit is left out. Thread-safe.
/// </summary>
/// <remarks>A hit that is not picked takes a step of a generator of its thread: no lock, nothing shared, nothing allocated.</remarks>
internal sealed class HitSampler
{
    /// <summary>Samples that wait at most. Each holds its entry.</summary>
    private const int MostWaiting = 256;

    [ThreadStatic]
    private static uint state;

    private readonly Channel<SampledHit> queue;
    private readonly uint below;
    private readonly bool takesAll;
    private long lost;

    /// <summary>A sampler with an empty queue.</summary>
    /// <param name="rate">The share of hits: above 0, at most 1.</param>
    public HitSampler(double rate)
    {
        takesAll = rate >= 1;
        below = takesAll ? uint.MaxValue : Math.Max(1, (uint)(rate * uint.MaxValue));
        queue = Channel.CreateBounded<SampledHit>(
            new BoundedChannelOptions(MostWaiting) { SingleReader = true, FullMode = BoundedChannelFullMode.DropWrite },
            _ => Interlocked.Increment(ref lost));
    }

    /// <summary>What was picked.</summary>
    public ChannelReader<SampledHit> Picked => queue.Reader;

    /// <summary>How many were picked and did not fit.</summary>
    public long Lost => Volatile.Read(ref lost);

    /// <summary>Whether a hit is one of those that are looked at.</summary>
    public bool Picks()
    {
        // Xorshift. Which hits are picked need not be a secret, only even.
        uint next = state == 0 ? (uint)Environment.CurrentManagedThreadId * 0x9E3779B9 : state;
        next ^= next << 13;
        next ^= next >> 17;
        next ^= next << 5;
        state = next;
        return takesAll || next < below;
    }

    /// <summary>Hands over a hit that was picked.</summary>
    public void Add(SampledHit hit) => queue.Writer.TryWrite(hit);
}
