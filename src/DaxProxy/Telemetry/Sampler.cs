using DaxProxy.Core;

namespace DaxProxy.Telemetry;

/// <summary>Picks a share of what it is asked about, at random. Thread-safe, without locks; allocates nothing.</summary>
/// <remarks>
/// Each processor counts for itself, and the numbers pass through a mixing function that spreads them evenly: no pattern of requests meets
/// a pattern of picks.
/// </remarks>
/// <param name="share">0 to 1.</param>
/// <param name="seed">Another in each process: <see cref="RandomSeed"/>.</param>
internal sealed class Sampler(double share, ulong seed)
{
    private readonly StripedCounter asked = new();
    private readonly ulong limit = share >= 1 ? ulong.MaxValue : (ulong)(share * ulong.MaxValue);

    /// <summary>Whether this one is picked.</summary>
    public bool Picks()
    {
        if (limit is 0 or ulong.MaxValue)
        {
            return limit != 0;
        }

        int stripe = StripedCounter.CurrentStripe;
        return Mix(((ulong)asked.Increment(stripe) * (ulong)StripedCounter.Stripes) + (ulong)stripe + seed) < limit;
    }

    /// <summary>The finaliser of SplitMix64.</summary>
    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
