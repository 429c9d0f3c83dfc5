using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace DaxProxy.Telemetry;

/// <summary>The Prometheus text format, version 0.0.4.</summary>
internal static class PrometheusText
{
    /// <summary>The content type of the format.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Writes every metric with its help, its type and its series.</summary>
    public static string Write(IEnumerable<IGrouping<string, MetricSeries>> metrics)
    {
        StringBuilder text = new();
        foreach (IGrouping<string, MetricSeries> metric in metrics)
        {
            Instrument instrument = metric.First().Instrument;
            string type = TypeOf(instrument);
            string name = NameOf(instrument, type);
            text.Append("# HELP ").Append(name).Append(' ').Append(EscapeHelp(instrument.Description ?? "")).Append('\n');
            text.Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
            foreach (MetricSeries series in metric)
            {
                if (type == "histogram")
                {
                    WriteHistogram(text, name, series);
                }
                else
                {
                    WriteLine(text, name, LabelsOf(series), series.Value);
                }
            }
        }

        return text.ToString();
    }

    /// <summary>The labels of a series as they stand between the braces.</summary>
    public static string LabelsOf(MetricSeries series) => Render(series.Labels);

    /// <summary>Labels as they stand between the braces: <c>operation="GetItem",outcome="success"</c>.</summary>
    public static string Render(IEnumerable<KeyValuePair<string, object?>> labels) => string.Join(
        ',',
        labels.Select(label =>
            $"{Legal(label.Key)}=\"{EscapeLabel(Convert.ToString(label.Value, CultureInfo.InvariantCulture) ?? "")}\""));

    private static void WriteHistogram(StringBuilder text, string name, MetricSeries series)
    {
        string labels = LabelsOf(series);
        string comma = labels.Length > 0 ? "," : "";
        long count = 0;
        foreach ((int index, long values) in series.Buckets.Index())
        {
            count += values;
            string bound = index < MetricSeries.Bounds.Length ? Number(MetricSeries.Bounds[index]) : "+Inf";
            WriteLine(text, name + "_bucket", $"{labels}{comma}le=\"{bound}\"", count);
        }

        WriteLine(text, name + "_sum", labels, series.Sum);
        WriteLine(text, name + "_count", labels, count);
    }

    private static void WriteLine(StringBuilder text, string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0)
        {
            text.Append('{').Append(labels).Append('}');
        }

        text.Append(' ').Append(Number(value)).Append('\n');
    }

    /// <summary>Whether an instrument only ever grows.</summary>
    public static bool IsCounter(Instrument instrument) => TypeOf(instrument) == "counter";

    private static string TypeOf(Instrument instrument)
    {
        string kind = instrument.GetType().Name;
        return kind.Contains("Histogram", StringComparison.Ordinal) ? "histogram"
            : kind.StartsWith("Counter", StringComparison.Ordinal)
                || kind.StartsWith("ObservableCounter", StringComparison.Ordinal) ? "counter"
            : "gauge";
    }

    /// <summary>Name, unit, and <c>_total</c> for counters, as the format's naming rules want them.</summary>
    private static string NameOf(Instrument instrument, string type)
    {
        string unit = instrument.Unit is { Length: > 0 } given ? "_" + given : "";
        return Legal(instrument.Name) + unit + (type == "counter" ? "_total" : "");
    }

    private static string Legal(string name) => string.Concat(name.Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '_'));

    private static string EscapeLabel(string value) => EscapeHelp(value).Replace("\"", "\\\"", StringComparison.Ordinal);

    private static string EscapeHelp(string value) =>
        value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private static string Number(double value) => value.ToString("0.#################", CultureInfo.InvariantCulture);
}
