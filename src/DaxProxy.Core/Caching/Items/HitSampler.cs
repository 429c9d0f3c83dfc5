using System.Threading.Channels;

namespace DaxProxy.Core.Caching.Items;

/// <summary>
/// Picks a share of the hits and hands them over in a queue of bounded length and bytes; what does not fit is left out. Thread-safe.
/// </summary>
/// <remarks>A hit that is not picked takes a step of a generator of its thread: no lock, nothing shared, nothing allocated.</remarks>
internal sealed class HitSampler
{
    /// <summary>Samples that wait at most.</summary>
    private const int MostWaiting = 256;

    /// <summary>
    /// The bytes of their entries at most. A sample holds its entry, also when the cache has let go of it: that memory is beyond the
    /// cache's limit.
    /// </summary>
    private const long MostWaitingBytes = 8 << 20;

    [ThreadStatic]
    private static uint state;

    private readonly Channel<SampledHit> queue;
    private readonly uint below;
    private readonly bool takesAll;
    private long lost;
    private long waitingBytes;

    /// <summary>A sampler with an empty queue.</summary>
    /// <param name="rate">The share of hits: above 0, at most 1.</param>
    public HitSampler(double rate)
    {
        takesAll = rate >= 1;
        below = takesAll ? uint.MaxValue : Math.Max(1, (uint)(rate * uint.MaxValue));
        queue = Channel.CreateBounded<SampledHit>(
            new BoundedChannelOptions(MostWaiting) { SingleReader = true, FullMode = BoundedChannelFullMode.DropWrite },
            Lose);
    }

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
    public void Add(SampledHit hit)
    {
        if (Interlocked.Add(ref waitingBytes, hit.Entry.EntryBytes) > MostWaitingBytes)
        {
            Lose(hit);
        }
        else
        {
            queue.Writer.TryWrite(hit);
        }
    }

    /// <summary>Waits for the next hit that was picked. For one caller at a time.</summary>
    public async ValueTask<SampledHit> NextAsync(CancellationToken cancellationToken)
    {
        SampledHit hit = await queue.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        Interlocked.Add(ref waitingBytes, -hit.Entry.EntryBytes);
        return hit;
    }

    private void Lose(SampledHit hit)
    {
        Interlocked.Add(ref waitingBytes, -hit.Entry.EntryBytes);
        Interlocked.Increment(ref lost);
    }
}
