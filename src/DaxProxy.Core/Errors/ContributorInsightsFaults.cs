namespace DaxProxy.Core.Errors;

/// <summary>Faults of Contributor Insights. Source: recorded answers of the service's control plane.</summary>
public static class ContributorInsightsFaults
{
    /// <summary>A table that is coming, going or changing.</summary>
    public static DynamoError TableNotReady { get; } = NotReady("Table");

    /// <summary>An index that is still being filled.</summary>
    public static DynamoError IndexNotReady { get; } = NotReady("Index");

    /// <summary>A place in the list that we did not name. The text is ours.</summary>
    public static DynamoError InvalidToken { get; } = DynamoError.Validation("Invalid NextToken");

    /// <summary>An index that the table does not have, or a local one.</summary>
    public static DynamoError IndexNotFound(string indexName, string tableName) => DynamoError.Modelled(
        "ResourceNotFoundException", $"Requested resource not found: Index: {indexName} not found for table: {tableName}");

    private static DynamoError NotReady(string what) => DynamoError.Validation(
        "Table or Index is not in a valid state to update Key Access Insights: "
        + $"{what}Status must be ACTIVE to enable ContributorInsights.");
}
