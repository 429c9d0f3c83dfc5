using DaxProxy.Core.Tables;

namespace DaxProxy.Core.Operations;

/// <summary>Answer to DescribeContributorInsights and UpdateContributorInsights.</summary>
/// <param name="insights">The setting.</param>
public sealed class ContributorInsightsReply(ContributorInsights insights) : Reply
{
    /// <summary>The setting.</summary>
    public ContributorInsights Insights { get; } = insights;

    /// <summary>When it was switched on, or changed; null where the answer does not tell.</summary>
    public DateTimeOffset? LastUpdate { get; init; }

    /// <summary>Names of the rules of CloudWatch that were made for it; null where the answer does not tell.</summary>
    public IReadOnlyList<string>? Rules { get; init; }
}
