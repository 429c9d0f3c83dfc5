using System.Globalization;

namespace DaxProxy.Report;

/// <summary>How values of a rule are written. Immutable.</summary>
/// <param name="Hint">What to give, as a fault says it.</param>
/// <param name="Parse">Reads a value; null where it is none.</param>
/// <param name="Write">Writes one for people.</param>
internal sealed record RuleUnit(string Hint, Func<string, double?> Parse, Func<double, string> Write)
{
    /// <summary>Durations, in microseconds.</summary>
    public static RuleUnit Time { get; } = new("a time like 800us, 5ms or 1.5s", ParseTime, Quantity.Microseconds);

    /// <summary>Shares and ratios: 80 % is 0.8.</summary>
    public static RuleUnit Share { get; } = new("a percentage like 80%", text => ParseNumber(text, "%", 0.01), Quantity.Share);

    /// <summary>Plain numbers.</summary>
    public static RuleUnit Count { get; } = new("a number", text => ParseNumber(text, "", 1), Quantity.Whole);

    private static double? ParseTime(string text) =>
        ParseNumber(text, "us", 1) ?? ParseNumber(text, "µs", 1) ?? ParseNumber(text, "ms", 1e3) ?? ParseNumber(text, "s", 1e6);

    private static double? ParseNumber(string text, string unit, double factor) =>
        text.EndsWith(unit, StringComparison.Ordinal)
            && double.TryParse(text[..^unit.Length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number)
            && double.IsFinite(number)
            ? number * factor
            : null;
}
