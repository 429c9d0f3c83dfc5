namespace DaxProxy.Report;

/// <summary>All that a report says. Immutable.</summary>
/// <param name="Version">Of the program.</param>
/// <param name="Plan">What was asked for.</param>
/// <param name="Verdict">What it advises.</param>
/// <param name="Caveats">What spoils the measurement, a sentence or two each; empty where nothing was noticed.</param>
/// <param name="Figures">What follows from what was measured.</param>
/// <param name="Measurement">What was measured.</param>
internal sealed record ReportResult(
    string Version, ReportPlan Plan, Verdict Verdict, IReadOnlyList<string> Caveats, Figures Figures, Measurement Measurement)
{
    /// <summary>Draws the conclusions of a measurement.</summary>
    /// <exception cref="ReportFault">There is too little to compare.</exception>
    public static ReportResult Of(ReportPlan plan, Measurement measurement)
    {
        Figures figures = Figures.Of(plan, measurement);
        string version = typeof(ReportResult).Assembly.GetName().Version!.ToString(3);
        return new ReportResult(version, plan, Verdict.Of(figures), Report.Caveats.Of(plan, figures, measurement), figures, measurement);
    }
}
