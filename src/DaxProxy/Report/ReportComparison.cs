using System.Globalization;
using System.Text;
using System.Text.Json;

namespace DaxProxy.Report;

/// <summary>Compares what two reports found, by the files of their figures.</summary>
internal static class ReportComparison
{
    private static readonly string[] Times = ["p50", "p90", "p99", "p99.9"];

    /// <summary>What makes two loads different, by the members of a plan.</summary>
    private static readonly string[] SameMembers = ["workload", "seconds", "connections", "rate", "trace", "demoLatency"];

    /// <summary>
    /// A table for people: each figure of both, the newer one as a share of the older, and whether chance can explain that.
    /// </summary>
    /// <param name="older">The file of one report.</param>
    /// <param name="newer">That of the other.</param>
    /// <exception cref="ReportFault">One of them is no such file.</exception>
    public static string Of(string older, string newer)
    {
        using JsonDocument one = Read(older), other = Read(newer);
        try
        {
            return Compare(one.RootElement, other.RootElement);
        }
        catch (Exception fault) when (fault is KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new ReportFault(
                $"--compare {older} {newer}: these are not both the figures of a report; name two files that report wrote", fault);
        }
    }

    private static JsonDocument Read(string path)
    {
        try
        {
            return JsonDocument.Parse(File.ReadAllBytes(path));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new ReportFault($"--compare {path}: cannot be read; name a file of figures that report wrote", fault);
        }
    }

    private static string Compare(JsonElement older, JsonElement newer)
    {
        StringBuilder text = new();
        string[] changed = [.. SameMembers.Where(member => Plan(older, member) != Plan(newer, member))];
        if (changed.Length > 0)
        {
            text.Append("The two did not measure the same: ").AppendJoin(", ", changed).AppendLine(" differ.");
        }

        text.AppendLine($"{"",-22}{"older",14}{"newer",14}{"newer/older",14}");
        AddTimes("proxied");
        AddTimes("direct");
        AddTimes("ratio");
        Add("requests/s, proxied", Figure(older, "perSecond", "proxied"), Figure(newer, "perSecond", "proxied"), Quantity.Whole);
        double hits = older.GetProperty("figures").GetProperty("hitRatio").GetDouble();
        double hitsNow = newer.GetProperty("figures").GetProperty("hitRatio").GetDouble();
        text.AppendLine($"{"hits",-22}{Quantity.Share(hits),14}{Quantity.Share(hitsNow),14}");
        return text.ToString();

        void AddTimes(string side)
        {
            Func<double, string> write = side == "ratio" ? Quantity.Ratio : Quantity.Microseconds;
            Add($"mean, {side}", Figure(older, "all", "mean", side), Figure(newer, "all", "mean", side), write);
            foreach (string time in Times.Where(time => Has(older, time) && Has(newer, time)))
            {
                Add(
                    $"{time}, {side}",
                    Figure(older, "all", "percentiles", time, side),
                    Figure(newer, "all", "percentiles", time, side),
                    write);
            }
        }

        void Add(string name, Estimate before, Estimate after, Func<double, string> write)
        {
            bool isChance = before.Low <= after.High && after.Low <= before.High;
            text.AppendLine(
                $"{name,-22}{write(before.Value),14}{write(after.Value),14}{Quantity.Ratio(after.Value / before.Value),14}"
                    + (isChance ? "  may be chance" : ""));
        }
    }

    private static string Plan(JsonElement report, string member) =>
        report.GetProperty("plan").TryGetProperty(member, out JsonElement value) ? value.ToString() : "";

    private static bool Has(JsonElement report, string percentile) =>
        report.GetProperty("figures").GetProperty("all").GetProperty("percentiles").TryGetProperty(percentile, out _);

    private static Estimate Figure(JsonElement report, params string[] path)
    {
        JsonElement figure = path.Aggregate(report.GetProperty("figures"), (element, name) => element.GetProperty(name));
        return new Estimate(Number("value"), Number("low"), Number("high"));

        double Number(string name) => figure.GetProperty(name) is { ValueKind: JsonValueKind.String } named
            ? double.Parse(named.GetString()!, CultureInfo.InvariantCulture)
            : figure.GetProperty(name).GetDouble();
    }
}
