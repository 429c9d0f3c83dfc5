using DaxProxy.Core.Tables;

namespace DaxProxy.Core.Operations;

/// <summary>Answer to ListContributorInsights.</summary>
/// <param name="settings">What is on, by table and index.</param>
/// <param name="nextToken">Where to go on; null at the end.</param>
public sealed class ListContributorInsightsReply(IReadOnlyList<ContributorInsights> settings, string? nextToken) : Reply
{
    /// <summary>What is on, by table and index.</summary>
    public IReadOnlyList<ContributorInsights> Settings { get; } = settings;

    /// <summary>Where to go on; null at the end.</summary>
    public string? NextToken { get; } = nextToken;
}
