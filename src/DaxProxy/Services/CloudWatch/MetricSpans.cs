using System.Text.Json;
using DaxProxy.Engine.Services;
using DaxProxy.Services.Codecs;

namespace DaxProxy.Services.CloudWatch;

/// <summary>Values of metrics over spans of time, as statistics.</summary>
internal static class MetricSpans
{
    /// <summary>The statistics of the service that are kept. Percentiles are not: a cell has a sum, a count and the two ends.</summary>
    public static IReadOnlyList<string> Statistics { get; } = ["SampleCount", "Average", "Sum", "Minimum", "Maximum"];

    /// <summary>One of <see cref="Statistics"/> of a cell.</summary>
    public static double Of(MetricCell cell, string statistic) => statistic switch
    {
        "SampleCount" => cell.Count,
        "Average" => cell.Sum / cell.Count,
        "Sum" => cell.Sum,
        "Minimum" => cell.Minimum,
        _ => cell.Maximum,
    };

    /// <summary>A metric in spans of one length that begin at its multiples, those without values left out.</summary>
    /// <param name="metrics">The values.</param>
    /// <param name="id">The metric.</param>
    /// <param name="start">The time that is within the first span.</param>
    /// <param name="end">The time before which the last span begins.</param>
    /// <param name="seconds">The length of a span.</param>
    public static List<(DateTimeOffset Start, MetricCell Cell)> Read(
        MetricStore metrics, MetricId id, DateTimeOffset start, DateTimeOffset end, int seconds)
    {
        List<(DateTimeOffset, MetricCell)> spans = [];
        long from = BeginOf(start.ToUnixTimeSeconds(), seconds), to = end.ToUnixTimeSeconds();
        foreach ((long minute, MetricCell cell) in metrics.Read(id, from / 60, (to + 59) / 60))
        {
            DateTimeOffset span = DateTimeOffset.FromUnixTimeSeconds(BeginOf(minute * 60, seconds));
            if (spans.Count > 0 && spans[^1].Item1 == span)
            {
                spans[^1] = (span, spans[^1].Item2 + cell);
            }
            else
            {
                spans.Add((span, cell));
            }
        }

        return spans;
    }

    /// <summary>The metric that an input names.</summary>
    /// <param name="input">What has the members <c>Namespace</c>, <c>MetricName</c> and <c>Dimensions</c>.</param>
    /// <param name="namespace">The namespace, where it stands elsewhere.</param>
    /// <returns>The metric; null where a name has a control character, which none has.</returns>
    public static MetricId? IdOf(JsonElement input, string? @namespace = null)
    {
        List<(string Name, string Value)> dimensions = [];
        if (input.TryGetProperty("Dimensions", out JsonElement given) && given.ValueKind == JsonValueKind.Array)
        {
            dimensions.AddRange(given.EnumerateArray().Select(
                dimension => (dimension.GetProperty("Name").GetString()!, Inputs.Text(dimension, "Value") ?? "")));
        }

        string space = @namespace ?? Inputs.Text(input, "Namespace") ?? "", name = Inputs.Text(input, "MetricName") ?? "";
        return dimensions.SelectMany(dimension => new[] { dimension.Name, dimension.Value }).Append(space).Append(name)
            .Any(text => text.Any(char.IsControl))
                ? null
                : MetricId.Of(space, name, [.. dimensions]);
    }

    private static long BeginOf(long time, int seconds) => time / seconds * seconds;
}
