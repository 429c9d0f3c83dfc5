namespace DaxProxy.Engine.Insights;

/// <summary>What a rule added up in one period.</summary>
/// <param name="Start">When the period began.</param>
/// <param name="Sum">All of it.</param>
/// <param name="Max">What the first contributor had of it.</param>
/// <param name="UniqueContributors">How many keys there were; no more than a minute counts at once, so it may be too low.</param>
public sealed record ContributorPeriod(DateTimeOffset Start, double Sum, double Max, int UniqueContributors);
