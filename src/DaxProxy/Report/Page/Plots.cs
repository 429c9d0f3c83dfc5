using System.Globalization;
using System.Xml.Linq;
using DaxProxy.Telemetry;

namespace DaxProxy.Report.Page;

/// <summary>The pictures of a report.</summary>
internal static class Plots
{
    private const string DirectLabel = "direct";
    private const string ProxiedLabel = "through the proxy";

    /// <summary>Fewer requests than this beyond a percentile say little about it.</summary>
    private const int FewestBeyond = 10;

    /// <summary>
    /// Reads that make one point of the hit ratio at least. With so many, chance moves a point by 3.5 % at most, in 19 cases of 20.
    /// </summary>
    private const int FewestReads = 800;

    /// <summary>How long requests of the warm rounds took, from the quickest to the slowest.</summary>
    public static XElement Distribution(Measurement measured)
    {
        LatencySnapshot direct = Pool(measured, isProxied: false), proxied = Pool(measured, isProxied: true);
        int nines = Math.Clamp((int)Math.Log10(Math.Min(direct.Count, proxied.Count) / FewestBeyond), 1, 4);
        List<(double X, double Y)> one = Cumulated(direct, nines), other = Cumulated(proxied, nines);
        return Plot.Draw(
            "Time of a request, direct and through the proxy, by percentile",
            Axis.Nines(nines),
            "share of the requests that take no longer",
            Axis.Logarithmic(one.Concat(other).Min(point => point.Y), one.Concat(other).Max(point => point.Y), Quantity.MicrosecondsShort),
            [new Curve("direct", DirectLabel, one), new Curve("proxied", ProxiedLabel, other)]);
    }

    /// <summary>Which share of reads and scans the cache answered, from empty on; null where there were none.</summary>
    public static XElement? HitRatio(Measurement measured)
    {
        double before = 0, warmAt = 0;
        List<(double X, double Y)> points = [];
        IEnumerable<Round> ofProxy =
            measured.Rounds.Where(round => round is { IsProxied: true, Phase: Phase.Cold or Phase.WarmUp or Phase.Warm });
        foreach (Round round in ofProxy)
        {
            points.AddRange(PointsOf(round, before));
            before += round.Seconds;
            warmAt = round.Phase == Phase.Warm ? warmAt : before;
        }

        return points.Count == 0 ? null : Plot.Draw(
            "Share of reads that the cache answered, over time",
            Axis.Exact(before, seconds => seconds.ToString("0.##", CultureInfo.InvariantCulture)),
            "seconds of load through the proxy",
            Axis.Linear(1, share => $"{share * 100:0} %"),
            [new Curve("proxied", null, points)],
            (warmAt, "warm rounds begin"));
    }

    /// <summary>
    /// Consecutive parts of a round, as many together as have enough reads; what is left at the end joins the last point.
    /// </summary>
    private static List<(double X, double Y)> PointsOf(Round round, double startedAt)
    {
        double part = round.Seconds / round.ReadsOfSlice.Count;
        List<(double X, double Y)> points = [];
        int from = 0;
        for (int end = 1; end <= round.ReadsOfSlice.Count; end++)
        {
            (long reads, long hits) = SumOf(from, end);
            long readsLeft = SumOf(end, round.ReadsOfSlice.Count).Reads;
            if (end < round.ReadsOfSlice.Count && (reads < FewestReads || readsLeft < FewestReads))
            {
                continue;
            }

            if (reads > 0)
            {
                points.Add((startedAt + ((from + end) / 2.0 * part), (double)hits / reads));
            }

            from = end;
        }

        return points;

        (long Reads, long Hits) SumOf(int first, int end) =>
            (round.ReadsOfSlice.Take(first..end).Sum(), round.HitsOfSlice.Take(first..end).Sum());
    }

    /// <summary>Requests a second against connections; null where there is nothing to show.</summary>
    public static XElement? Throughput(Measurement measured) => Sweep(
        measured,
        "Requests a second against connections, direct and through the proxy",
        round => round.PerSecond,
        curves => Axis.Linear(
            curves.Max(),
            value => value >= 1000
                ? $"{(value / 1000).ToString("0.#", CultureInfo.InvariantCulture)} k"
                : value.ToString("0.##", CultureInfo.InvariantCulture)));

    /// <summary>The 99th percentile against connections; null where there is nothing to show.</summary>
    public static XElement? Tail(Measurement measured) => Sweep(
        measured,
        "99th percentile of the time of a request against connections, direct and through the proxy",
        round => LatencySnapshot.Sum(round.Latency).Percentile(0.99).TotalMicroseconds,
        curves => Axis.Logarithmic(curves.Min(), curves.Max(), Quantity.MicrosecondsShort));

    private static XElement? Sweep(Measurement measured, string title, Func<Round, double> figure, Func<IEnumerable<double>, Axis> up)
    {
        List<(double X, double Y)> direct = PointsOf(isProxied: false), proxied = PointsOf(isProxied: true);
        return direct.Count == 0 || proxied.Count == 0 ? null : Plot.Draw(
            title,
            Axis.Doubling(ReportPlan.SweepConnections),
            "connections",
            up(direct.Concat(proxied).Select(point => point.Y)),
            [new Curve("direct", DirectLabel, direct, IsDotted: true), new Curve("proxied", ProxiedLabel, proxied, IsDotted: true)]);

        List<(double X, double Y)> PointsOf(bool isProxied) =>
            [
                .. measured.Of(Phase.Sweep, isProxied)
                    .Where(round => round.Answered > 0)
                    .Select(round => ((double)round.Connections, figure(round))),
            ];
    }

    private static LatencySnapshot Pool(Measurement measured, bool isProxied) =>
        LatencySnapshot.Sum(measured.Of(Phase.Warm, isProxied).SelectMany(round => round.Latency));

    private static List<(double X, double Y)> Cumulated(LatencySnapshot latency, int nines)
    {
        List<(double X, double Y)> points = [];
        long count = 0;
        foreach ((long nanoseconds, long more) in latency.Buckets)
        {
            points.Add(((double)count / latency.Count, nanoseconds / 1000.0));
            count += more;
            if (count >= latency.Count * (1 - Math.Pow(10, -nines)))
            {
                points.Add((1 - Math.Pow(10, -nines), nanoseconds / 1000.0));
                break;
            }
        }

        return points;
    }
}
