namespace DaxProxy.Core.Errors;

/// <summary>The limit that was exceeded, and its table or index.</summary>
/// <param name="Reason">
/// <c>Table</c> or <c>Index</c>, <c>Read</c> or <c>Write</c>, and the limit: <c>TableWriteProvisionedThroughputExceeded</c>. Sixteen in
/// all. Source: the service model.
/// </param>
/// <param name="Resource">The resource name (ARN) of the table or index.</param>
public sealed record ThrottlingReason(string Reason, string Resource)
{
    /// <summary>The reason for a limit that was met.</summary>
    public static ThrottlingReason Of(ThroughputLimit limit, bool isIndex, bool isWrite, string resource)
    {
        // There is none for what a table billed per request does not take yet. Its partitions are what has to be split first.
        string name = limit switch
        {
            ThroughputLimit.Provisioned => "ProvisionedThroughput",
            ThroughputLimit.MaxOnDemand => "MaxOnDemandThroughput",
            ThroughputLimit.Account => "AccountLimit",
            _ => "KeyRangeThroughput",
        };
        return new ThrottlingReason($"{(isIndex ? "Index" : "Table")}{(isWrite ? "Write" : "Read")}{name}Exceeded", resource);
    }
}
