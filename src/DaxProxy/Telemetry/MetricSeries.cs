using System.Diagnostics.Metrics;
using DaxProxy.Core;

namespace DaxProxy.Telemetry;

/// <summary>One series of a metric: a set of labels and what was measured under it. Thread-safe.</summary>
/// <remarks>A histogram has its counts and its sum for each processor, so that two that record do not wait for each other.</remarks>
internal sealed class MetricSeries(Instrument instrument, KeyValuePair<string, object?>[] labels)
{
    /// <summary>Upper bounds of a histogram's buckets in seconds: from a hit in the cache to a client's patience.</summary>
    public static readonly double[] Bounds =
    [
        0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
    ];

    private readonly long[][] stripes = instrument is Histogram<double>
        ? [.. Enumerable.Range(0, StripedCounter.Stripes).Select(_ => new long[Bounds.Length + 2])]
        : [];

    private double total;

    /// <summary>What measures.</summary>
    public Instrument Instrument { get; } = instrument;

    /// <summary>The labels, in the order given by the instrument.</summary>
    public KeyValuePair<string, object?>[] Labels { get; } = labels;

    /// <summary>Sum of a counter, last value of a gauge.</summary>
    public double Value => Volatile.Read(ref total);

    /// <summary>Whether there ever was a value.</summary>
    public bool IsMeasured { get; private set; }

    /// <summary>The sum of a histogram's values.</summary>
    public double Sum => stripes.Sum(stripe => BitConverter.Int64BitsToDouble(Volatile.Read(ref stripe[^1])));

    /// <summary>How many values fell into each bucket of a histogram; the last one has no upper bound.</summary>
    public IEnumerable<long> Buckets =>
        Enumerable.Range(0, Bounds.Length + 1).Select(index => stripes.Sum(stripe => Volatile.Read(ref stripe[index])));

    /// <summary>Replaces the value.</summary>
    public void Set(double value)
    {
        Volatile.Write(ref total, value);
        IsMeasured = true;
    }

    /// <summary>Adds to the value.</summary>
    public void Add(double value)
    {
        double seen = Volatile.Read(ref total);
        double expected;
        do
        {
            expected = seen;
            seen = Interlocked.CompareExchange(ref total, expected + value, expected);
        }
        while (BitConverter.DoubleToInt64Bits(seen) != BitConverter.DoubleToInt64Bits(expected));
    }

    /// <summary>Counts a value of a histogram.</summary>
    public void Record(double value)
    {
        long[] stripe = stripes[StripedCounter.CurrentStripe];
        int index = Array.BinarySearch(Bounds, value);
        Interlocked.Increment(ref stripe[index >= 0 ? index : ~index]);
        ref long sum = ref stripe[^1];
        long seen = Volatile.Read(ref sum);
        long expected;
        do
        {
            expected = seen;
            long next = BitConverter.DoubleToInt64Bits(BitConverter.Int64BitsToDouble(expected) + value);
            seen = Interlocked.CompareExchange(ref sum, next, expected);
        }
        while (seen != expected);
    }
}
