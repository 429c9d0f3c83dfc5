namespace DaxProxy.Engine.Insights;

/// <summary>What a rule added up in a span of time: all that CloudWatch's <c>GetInsightRuleReport</c> tells of it.</summary>
/// <param name="Sum">What all keys contributed.</param>
/// <param name="UniqueContributors">How many keys are known to have contributed; may be too low.</param>
/// <param name="Contributors">Those that contributed most, the most first.</param>
/// <param name="Periods">The periods in which anything was contributed, in the order of time.</param>
public sealed record ContributorReport(
    double Sum, int UniqueContributors, IReadOnlyList<Contributor> Contributors, IReadOnlyList<ContributorPeriod> Periods);
