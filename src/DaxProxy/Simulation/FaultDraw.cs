using System.IO.Hashing;
using System.Text;
using DaxProxy.Core.Operations;

namespace DaxProxy.Simulation;

/// <summary>
/// The lot of one request: numbers that follow from the seed, its table, its verb and how many like it there were before, and from nothing
/// else. So a test that is run again meets the same faults, also where requests of other tables come in another order.
/// </summary>
/// <remarks>Immutable. The numbers are those of SplitMix64.</remarks>
internal readonly struct FaultDraw
{
    private const ulong Golden = 0x9E3779B97F4A7C15;
    private const double UnitsOf53Bits = 1.0 / (1UL << 53);

    /// <summary>How many standard deviations the slowest of a hundred is from the median of a normal distribution.</summary>
    private const double DeviationsOfSlow = 2.326347874;

    /// <summary>The places of the numbers; those of a batch's items come after.</summary>
    private const int OfFate = 0, OfLatency = 1, OfItems = 3;

    /// <summary>No answer comes later than that, however long the tail is.</summary>
    private static readonly TimeSpan MaxLatency = TimeSpan.FromMinutes(2);

    private readonly ulong state;

    /// <summary>The lot of a request.</summary>
    /// <param name="seed">What all is drawn by.</param>
    /// <param name="table">Its table; empty for none.</param>
    /// <param name="verb">DynamoDB's name of its verb.</param>
    /// <param name="count">How many requests of that table and verb there were before.</param>
    public FaultDraw(int seed, string table, string verb, long count) =>
        state = Mix(XxHash64.HashToUInt64(Encoding.UTF8.GetBytes($"{table}/{verb}"), seed) ^ Mix((ulong)count));

    /// <summary>The fault that a request has, of those of which it has one at most; null for none.</summary>
    public FaultKind? FateOf(SimulatedFaults faults)
    {
        double left = Number(OfFate);
        return (left -= faults.Lost) < 0 ? FaultKind.Lost
            : (left -= faults.Failed) < 0 ? FaultKind.Error
            : (left -= faults.Throttled) < 0 ? FaultKind.Throttle
            : (left -= faults.ThrottledOnDemand) < 0 ? FaultKind.ThrottleOnDemand
            : left - faults.ThrottledByAccount < 0 ? FaultKind.ThrottleAccount
            : null;
    }

    /// <summary>
    /// How much later a request is answered: latencies have a logarithmic normal distribution with the two percentiles that are given.
    /// </summary>
    public TimeSpan LatencyOf(SimulatedFaults faults)
    {
        if (faults.Latency == TimeSpan.Zero)
        {
            return TimeSpan.Zero;
        }

        double normal = Math.Sqrt(-2 * Math.Log(1 - Number(OfLatency))) * Math.Cos(2 * Math.PI * Number(OfLatency + 1));
        double ratio = Math.Pow(faults.SlowLatency / faults.Latency, normal / DeviationsOfSlow);
        return ratio < MaxLatency / faults.Latency ? faults.Latency * ratio : MaxLatency;
    }

    /// <summary>Whether an item of a batch is handed back.</summary>
    /// <param name="faults">What is to go wrong.</param>
    /// <param name="position">Its position in the request.</param>
    public bool IsUnprocessed(SimulatedFaults faults, int position) => Number(OfItems + position) < faults.Unprocessed;

    /// <summary>A number from 0, included, to 1, excluded.</summary>
    private double Number(int place) => (Mix(state + (Golden * (ulong)(place + 1))) >> 11) * UnitsOf53Bits;

    private static ulong Mix(ulong value)
    {
        value += Golden;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
