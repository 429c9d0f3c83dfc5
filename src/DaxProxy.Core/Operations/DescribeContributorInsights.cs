using DaxProxy.Core.Errors;

namespace DaxProxy.Core.Operations;

/// <summary>Tells whether Contributor Insights is on for a table or index.</summary>
public sealed class DescribeContributorInsights() : Operation(Definition)
{
    /// <summary>What the verb is.</summary>
    public static Verb Definition { get; } = new(nameof(DescribeContributorInsights)) { IsControlPlane = true };

    /// <inheritdoc/>
    public override OperationResource? Resource => new OperationResource.OfTable(TableName, IndexName);

    /// <summary>Name of the table.</summary>
    public required string TableName { get; init; }

    /// <summary>Name of a global index; null for the table itself.</summary>
    public string? IndexName { get; init; }

    /// <inheritdoc/>
    protected override DynamoError? CheckStatically(ValidationLayer layer) => null;
}
