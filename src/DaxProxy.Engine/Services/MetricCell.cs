namespace DaxProxy.Engine.Services;

/// <summary>What was seen of a metric in a span of time.</summary>
/// <param name="Sum">The sum of all values.</param>
/// <param name="Count">How many values.</param>
/// <param name="Minimum">The smallest one.</param>
/// <param name="Maximum">The largest one.</param>
public readonly record struct MetricCell(double Sum, double Count, double Minimum, double Maximum)
{
    /// <summary>A single value.</summary>
    public static MetricCell Of(double value) => new(value, 1, value, value);

    /// <summary>Both together.</summary>
    public static MetricCell operator +(MetricCell one, MetricCell other) => one.Count == 0 ? other
        : other.Count == 0 ? one
        : new(
            one.Sum + other.Sum,
            one.Count + other.Count,
            Math.Min(one.Minimum, other.Minimum),
            Math.Max(one.Maximum, other.Maximum));
}
