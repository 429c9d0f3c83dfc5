using DaxProxy.Core.Errors;

namespace DaxProxy.Core.Operations;

/// <summary>Lists the tables and indexes that Contributor Insights is on for.</summary>
public sealed class ListContributorInsights() : Operation(Definition)
{
    /// <summary>The most that one answer lists.</summary>
    public const int MaxPage = 100;

    /// <summary>What the verb is.</summary>
    public static Verb Definition { get; } = new(nameof(ListContributorInsights)) { IsControlPlane = true };

    /// <inheritdoc/>
    public override OperationResource? Resource => OperationResource.Account;

    /// <summary>Name of the only table to look at; null for all.</summary>
    public string? TableName { get; init; }

    /// <summary>How many to list at most: 1 to 100.</summary>
    public int MaxResults { get; init; } = MaxPage;

    /// <summary>Where an earlier answer ended; null to begin.</summary>
    public string? NextToken { get; init; }

    /// <inheritdoc/>
    protected override DynamoError? CheckStatically(ValidationLayer layer) => null;
}
