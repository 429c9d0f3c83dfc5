namespace DaxProxy.Core.Errors;

/// <summary>Refusals of what exceeds the throughput of a table or index. Source: answers of the service.</summary>
public static class ThroughputFaults
{
    private const string OfTable =
        "The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level with the "
        + "UpdateTable API.";

    private const string OfIndex =
        "The level of configured provisioned throughput for one or more global secondary indexes of the table was exceeded. Consider "
        + "increasing your provisioning level for the under-provisioned global secondary indexes with the UpdateTable API";

    private const string OfOnDemandTable =
        "Throughput exceeds the current capacity of your table or index. DynamoDB is automatically scaling your table or index so please "
        + "try again shortly. If exceptions persist, check if you have a hot key: "
        + "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html";

    private const string OfOnDemandIndex =
        "Throughput exceeds the current capacity for one or more global secondary indexes. DynamoDB is automatically scaling your index so "
        + "please try again shortly.";

    private const string OfMaximum = "Throughput exceeds the maximum OnDemandThroughput configured on table or index";

    /// <summary>The documentation's text: no answer of the service with its own is known.</summary>
    private const string OfAccount =
        "Throughput exceeds the current throughput limit for your account. Please contact AWS Support at https://aws.amazon.com/support "
        + "to request a limit increase";

    /// <summary>Limits that were met.</summary>
    /// <param name="limit">The first of them.</param>
    /// <param name="isOnDemand">Whether the table is billed per request.</param>
    /// <param name="reasons">All of them, the first one first.</param>
    public static DynamoError Exceeded(ThroughputLimit limit, bool isOnDemand, IReadOnlyList<ThrottlingReason> reasons)
    {
        bool isIndex = reasons[0].Reason.StartsWith("Index", StringComparison.Ordinal);
        DynamoError error = limit == ThroughputLimit.Account ? DynamoError.Modelled("RequestLimitExceeded", OfAccount)
            : limit == ThroughputLimit.MaxOnDemand ? Throttling(OfMaximum)
            : isOnDemand ? Throttling(isIndex ? OfOnDemandIndex : OfOnDemandTable)
            : DynamoError.Modelled("ProvisionedThroughputExceededException", isIndex ? OfIndex : OfTable);
        return error with { ThrottlingReasons = reasons };
    }

    private static DynamoError Throttling(string message) => new("com.amazon.coral.availability#ThrottlingException", 400, message);
}
