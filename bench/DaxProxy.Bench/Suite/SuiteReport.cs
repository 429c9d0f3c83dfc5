using System.Globalization;
using System.Text;
using System.Text.Json;

namespace DaxProxy.Bench.Suite;

/// <summary>The rows of a run of the suite.</summary>
internal sealed record SuiteReport(SuiteSettings Settings, DateTimeOffset At, IReadOnlyList<SuiteRow> Rows)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public string ToMarkdown()
    {
        StringBuilder text = new();
        text.AppendLine(CultureInfo.InvariantCulture, $"""
            {Environment.ProcessorCount} cores, {SuiteSettings.Connections} connections, {Settings.Rounds} rounds of {Settings.Round.TotalSeconds} s of each load in turns; medians, smallest and largest of paired rounds. {At:yyyy-MM-dd}.

            | what | against | target | measured | |
            | --- | --- | --- | --- | --- |
            """);
        foreach (SuiteRow row in Rows)
        {
            string verdict = row.IsMet switch { true => "met", false => "**missed**", null => "" };
            text.AppendLine(CultureInfo.InvariantCulture, $"| {row.What} | {row.Against} | {row.Target} | {row.Figure} | {verdict} |");
        }

        return text.ToString();
    }

    public string ToJson() => JsonSerializer.Serialize(new { At, Environment.ProcessorCount, Settings, Rows }, Indented);
}
