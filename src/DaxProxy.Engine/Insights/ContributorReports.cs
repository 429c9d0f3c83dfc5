namespace DaxProxy.Engine.Insights;

/// <summary>
/// The rules of Contributor Insights and what they have counted. At AWS this is read with <c>DescribeInsightRules</c> and
/// <c>GetInsightRuleReport</c> of CloudWatch.
/// </summary>
/// <remarks>Thread-safe.</remarks>
public sealed class ContributorReports
{
    /// <summary>How many contributors of a rule of DynamoDB are told of at most. Source: DynamoDB's developer guide.</summary>
    public const int MostContributors = 25;

    private readonly ContributorBoard board;

    internal ContributorReports(ContributorBoard board) => this.board = board;

    /// <summary>How long what was counted is kept.</summary>
    public static TimeSpan Kept => TimeSpan.FromMinutes(ContributorTally.MinutesKept);

    /// <summary>The rules there are, by table, index and kind.</summary>
    public IReadOnlyList<ContributorRule> Rules => [.. board.Tallies.SelectMany(tally => tally.Rules)];

    /// <summary>What a rule has counted; null where there is no such rule. What is older than <see cref="Kept"/> is forgotten.</summary>
    /// <param name="ruleName">Name of the rule.</param>
    /// <param name="start">Minutes that began before are left out.</param>
    /// <param name="end">Minutes that began then or later are left out.</param>
    /// <param name="period">How long a period is: whole minutes, one at least.</param>
    /// <param name="most">How many contributors at most: 1 to <see cref="MostContributors"/>.</param>
    public ContributorReport? Read(string ruleName, DateTimeOffset start, DateTimeOffset end, TimeSpan period, int most)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(period, TimeSpan.FromMinutes(1));
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(most, MostContributors);
        foreach (ContributorTally tally in board.Tallies)
        {
            if (tally.Rules.FirstOrDefault(rule => rule.Name == ruleName) is { } rule)
            {
                return tally.Read(rule, start, end, (long)period.TotalMinutes, most);
            }
        }

        return null;
    }
}
