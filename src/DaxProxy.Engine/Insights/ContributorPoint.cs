namespace DaxProxy.Engine.Insights;

/// <summary>What one key contributed in one period.</summary>
/// <param name="Start">When the period began.</param>
/// <param name="Value">How much.</param>
public readonly record struct ContributorPoint(DateTimeOffset Start, double Value);
