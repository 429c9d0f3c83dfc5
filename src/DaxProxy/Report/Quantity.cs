using System.Globalization;

namespace DaxProxy.Report;

/// <summary>Writes figures for people: three digits that mean something, and a unit.</summary>
internal static class Quantity
{
    /// <summary>A duration given in microseconds: <c>187 µs</c>, <c>4.31 ms</c>, <c>1.20 s</c>.</summary>
    public static string Microseconds(double value) => value switch
    {
        < 1000 => $"{Digits(value)} µs",
        < 1_000_000 => $"{Digits(value / 1000)} ms",
        _ => $"{Digits(value / 1_000_000)} s",
    };

    /// <summary>The same with no more digits than it has, for round values: <c>200 µs</c>, <c>5 ms</c>.</summary>
    public static string MicrosecondsShort(double value) => value switch
    {
        < 1000 => $"{Number(value, "0.##")} µs",
        < 1_000_000 => $"{Number(value / 1000, "0.##")} ms",
        _ => $"{Number(value / 1_000_000, "0.##")} s",
    };

    /// <summary>A duration given in milliseconds.</summary>
    public static string Milliseconds(double value) => Microseconds(value * 1000);

    /// <summary>A duration that was chosen: <c>6 s</c>, <c>1.5 s</c>.</summary>
    public static string Seconds(TimeSpan value) => $"{Number(value.TotalSeconds, "0.##")} s";

    /// <summary>An interval of durations with one unit: <c>4.28–4.35 ms</c>.</summary>
    public static string Microseconds(double low, double high)
    {
        string from = Microseconds(Math.Max(0, low)), to = Microseconds(high);
        string unit = to[to.IndexOf(' ', StringComparison.Ordinal)..];
        return from.EndsWith(unit, StringComparison.Ordinal) ? $"{from[..^unit.Length]}–{to}" : $"{from}–{to}";
    }

    /// <summary>A share as a percentage: <c>97.3 %</c>.</summary>
    public static string Share(double value) => value switch
    {
        > 0 and < 0.0001 => "less than 0.01 %",
        < 0.01 => $"{Number(value * 100, "0.##")} %",
        _ => $"{Number(value * 100, "0.#")} %",
    };

    /// <summary>
    /// A ratio as a percentage without digits behind the point where it has three or more: <c>21 %</c>, <c>104 %</c>, <c>4.2 %</c>.
    /// </summary>
    public static string Ratio(double value) => $"{Number(value * 100, value < 0.1 ? "0.#" : "0")} %";

    /// <summary>US dollars: <c>$0.0312</c>, <c>$82.13</c>, <c>$12,300</c>.</summary>
    public static string Dollars(double value) => "$" + Number(value, Math.Abs(value) switch
    {
        0 => "0",
        < 1 => "0.00##",
        < 1000 => "0.00",
        _ => "#,0",
    });

    /// <summary>A whole number, thousands apart.</summary>
    public static string Whole(double value) => Number(value, "#,0");

    /// <summary>Three digits that mean something; thousands apart.</summary>
    public static string Digits(double value) => Number(value, value switch
    {
        < 10 => "0.00",
        < 100 => "0.0",
        _ => "#,0",
    });

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
