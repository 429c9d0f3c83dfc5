using System.Globalization;
using System.Text.RegularExpressions;

namespace DaxProxy.Conformance.Observing;

/// <summary>What <c>/metrics</c> answered, read by the rules of the Prometheus text format.</summary>
internal sealed partial class Exposition
{
    private Exposition(string text) => Text = text;

    /// <summary>The text.</summary>
    public string Text { get; }

    /// <summary>The types of its metrics by their names.</summary>
    public Dictionary<string, string> Types { get; } = [];

    /// <summary>The values of its series by name and labels.</summary>
    public Dictionary<(string Name, string Labels), double> Series { get; } = [];

    /// <summary>What breaks the format, or the naming rules that <c>promtool check metrics</c> has.</summary>
    public List<string> Faults { get; } = [];

    /// <summary>Reads one.</summary>
    public static Exposition Read(string text)
    {
        Exposition exposition = new(text);
        HashSet<string> helped = [];
        if (!text.EndsWith('\n'))
        {
            exposition.Faults.Add("the last line has no end");
        }

        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (Help().Match(line) is { Success: true } help)
            {
                Check(helped.Add(help.Groups[1].Value) && help.Groups[2].Value.Length > 0, "helped twice, or not at all", line);
            }
            else if (Type().Match(line) is { Success: true } type)
            {
                string name = type.Groups[1].Value;
                Check(exposition.Types.TryAdd(name, type.Groups[2].Value), "typed twice", line);
                Check(helped.Contains(name), "no help", line);
                Check(
                    (type.Groups[2].Value == "counter") == name.EndsWith("_total", StringComparison.Ordinal),
                    "counters end in _total, and nothing else",
                    line);
                Check(!Unusual().IsMatch(name), "no base unit, or a type in the name", line);
            }
            else if (Sample().Match(line) is { Success: true } sample)
            {
                string name = sample.Groups[1].Value, labels = sample.Groups[2].Value;
                Check(exposition.TypeOf(name) is not null, "no type", line);
                Check(
                    exposition.Series.TryAdd((name, labels), double.Parse(sample.Groups[3].Value, CultureInfo.InvariantCulture)),
                    "twice",
                    line);
            }
            else
            {
                exposition.Faults.Add($"not read: {line}");
            }
        }

        exposition.CheckHistograms();
        return exposition;

        void Check(bool holds, string rule, string line)
        {
            if (!holds)
            {
                exposition.Faults.Add($"{rule}: {line}");
            }
        }
    }

    /// <summary>The names of the labels that any series of this name has.</summary>
    public IEnumerable<string> LabelsOf(string series) => Series.Keys.Where(key => key.Name == series)
        .SelectMany(key => LabelName().Matches(key.Labels).Select(match => match.Groups[1].Value)).Distinct();

    /// <summary>The value of the only series of a name, or of the one with these labels; null when there is none.</summary>
    public double? ValueOf(string name, string labels = "") => Series.TryGetValue((name, labels), out double value) ? value : null;

    /// <summary>The sum of all series of a name whose labels hold this text.</summary>
    public double SumOf(string name, string label = "") =>
        Series.Where(one => one.Key.Name == name && one.Key.Labels.Contains(label, StringComparison.Ordinal)).Sum(one => one.Value);

    private string? TypeOf(string series) => Types.GetValueOrDefault(series)
        ?? (Types.GetValueOrDefault(Suffix().Replace(series, "")) is "histogram" ? "histogram" : null);

    private void CheckHistograms()
    {
        foreach (string name in Types.Where(type => type.Value == "histogram").Select(type => type.Key))
        {
            foreach (IGrouping<string, KeyValuePair<(string Name, string Labels), double>> one in Series.Where(
                series => series.Key.Name == name + "_bucket")
                .GroupBy(series => Bound().Replace(series.Key.Labels, "")))
            {
                double[] counts = [.. one.Select(bucket => bucket.Value)];
                if (!counts.SequenceEqual(counts.Order())
                    || !one.Last().Key.Labels.EndsWith("le=\"+Inf\"", StringComparison.Ordinal)
                    || ValueOf(name + "_count", one.Key) != counts[^1]
                    || ValueOf(name + "_sum", one.Key) is null)
                {
                    Faults.Add($"no histogram: {name}{{{one.Key}}}");
                }
            }
        }
    }

    [GeneratedRegex("^# HELP ([a-z_]+) (.*)$")]
    private static partial Regex Help();

    [GeneratedRegex("^# TYPE ([a-z_]+) (counter|gauge|histogram)$")]
    private static partial Regex Type();

    [GeneratedRegex("""^([a-z_]+)(?:\{((?:[a-z_]+="(?:[^"\\\n]|\\["\\n])*",?)+)\})? ([0-9.eE+-]+)$""")]
    private static partial Regex Sample();

    [GeneratedRegex(
        "_(ms|milliseconds|microseconds|minutes|hours|kb|mb|kilobytes|megabytes|percent|counter|gauge|histogram)(_|$)|_(count|sum|bucket)$")]
    private static partial Regex Unusual();

    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex Suffix();

    [GeneratedRegex(",?le=\"[^\"]*\"")]
    private static partial Regex Bound();

    [GeneratedRegex("([a-z_]+)=\"")]
    private static partial Regex LabelName();
}
