using System.Globalization;

namespace DaxProxy.Report;

/// <summary>What spoils a measurement: it stands beside the verdict, which holds only as far as these let it.</summary>
internal static class Caveats
{
    /// <summary>An open loop that had less than this share of its requests answered was not the load that was asked for.</summary>
    private const double RateReached = 0.95;

    /// <summary>From this share of the machine's cores on, the load's own work is a good part of what is measured.</summary>
    private const double BusyClient = 0.6;

    /// <summary>The end of a ratio's confidence interval over its beginning; from here on it says little.</summary>
    private const double WideInterval = 1.5;

    /// <summary>DynamoDB keeps a write in several data centres before it answers; that takes milliseconds.</summary>
    private static readonly TimeSpan QuickestWrite = TimeSpan.FromMilliseconds(1);

    /// <summary>From so late on this machine was too small for its load.</summary>
    private static readonly TimeSpan LateAt = TimeSpan.FromMilliseconds(3);

    /// <summary>All that apply, the gravest first. Pure.</summary>
    public static IReadOnlyList<string> Of(ReportPlan plan, Figures figures, Measurement measured) =>
        [
            .. OfArtificialRemote(plan),
            .. OfCacheBehindDirect(measured),
            .. OfRate(plan, figures),
            .. OfClient(plan, measured),
            .. OfInterval(figures),
            .. OfWrites(plan, figures),
        ];

    private static IEnumerable<string> OfArtificialRemote(ReportPlan plan)
    {
        if (plan.DemoLatency is { } latency)
        {
            yield return $"This is a demonstration: DynamoDB was the local engine of this machine, {Quantity.Milliseconds(latency)} away. "
                + "Its times are not those of AWS.";
        }
    }

    private static IEnumerable<string> OfCacheBehindDirect(Measurement measured)
    {
        IReadOnlyList<Round> direct = measured.Of(Phase.Warm, isProxied: false);
        long hits = direct.Sum(round => round.Hits);
        if (hits > 0)
        {
            yield return $"--direct is itself a cache: it answered {Quantity.Share((double)hits / direct.Sum(round => round.Reads))} "
                + "of its reads without DynamoDB. Give the address of DynamoDB.";
        }
    }

    private static IEnumerable<string> OfRate(ReportPlan plan, Figures figures)
    {
        (double direct, double proxied) = (figures.PerSecond.Direct.Value, figures.PerSecond.Proxied.Value);
        if (Math.Min(direct, proxied) < RateReached * plan.Rate)
        {
            yield return $"Of {Quantity.Whole(plan.Rate)} requests a second, {Quantity.Whole(direct)} were answered directly and "
                + $"{Quantity.Whole(proxied)} through the proxy, so times include waiting for a connection. "
                + $"Ask for less ({Slower(plan)}), or use more --connections.";
        }
    }

    private static IEnumerable<string> OfClient(ReportPlan plan, Measurement measured)
    {
        double cores = Math.Max(CoresOf(isProxied: false), CoresOf(isProxied: true));
        // The link of a demonstration is part of this process.
        if (plan.DemoLatency is null && cores > BusyClient * Environment.ProcessorCount)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"The load itself used {cores:0.0} of the {Environment.ProcessorCount} cores of this machine, ")
                + $"so part of every time is its own. Ask for less ({Slower(plan)}, --connections), or measure from a larger machine.";
        }

        if (measured.Lateness.Percentile(0.99) is { } late && late > LateAt)
        {
            yield return "This machine was too small for the load it made: "
                + $"one request in a hundred was sent {Quantity.Microseconds(late.TotalMicroseconds)} late or more.";
        }

        double CoresOf(bool isProxied) => measured.Of(Phase.Warm, isProxied).Average(round => round.ClientCores);
    }

    private static string Slower(ReportPlan plan) => plan.Trace is null ? "--rate" : "--speed";

    private static IEnumerable<string> OfInterval(Figures figures)
    {
        Estimate ratio = figures.All.Mean.Ratio;
        if (ratio.High > WideInterval * ratio.Low)
        {
            yield return "The rounds differ much: "
                + $"the ratio is somewhere from {Quantity.Ratio(ratio.Low)} to {Quantity.Ratio(ratio.High)}. "
                + "Measure longer (--seconds), on quieter machines.";
        }
    }

    private static IEnumerable<string> OfWrites(ReportPlan plan, Figures figures)
    {
        Comparison? median = figures.Kinds.FirstOrDefault(kind => kind.Name == Figures.Writes)?.Percentiles.GetValueOrDefault(0.5);
        if (plan.DemoLatency is null && median is not null && median.Direct.Value < QuickestWrite.TotalMicroseconds)
        {
            yield return $"A write straight at --direct takes {Quantity.Microseconds(median.Direct.Value)}. DynamoDB takes milliseconds, "
                + "so this is another server, and nearer. In front of DynamoDB the proxy gains more.";
        }
    }
}
