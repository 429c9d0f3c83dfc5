namespace DaxProxy.Report.Page;

/// <summary>A line of a plot.</summary>
/// <param name="Class">Its class in the style sheet: <c>direct</c> or <c>proxied</c>.</param>
/// <param name="Label">What it is called above the plot; null for nothing.</param>
/// <param name="Points">Where it goes, by the values of the two axes.</param>
/// <param name="IsDotted">Whether its points are marked: they are what was measured, and the line only leads the eye.</param>
internal sealed record Curve(string Class, string? Label, IReadOnlyList<(double X, double Y)> Points, bool IsDotted = false);
