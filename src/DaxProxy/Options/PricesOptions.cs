namespace DaxProxy.Options;

/// <summary>Section <c>Prices</c>: what the service charges, so that what the caches save can be told in money.</summary>
/// <remarks>Source of the defaults: list prices of the standard table class in us-east-1. Other regions charge other prices.</remarks>
internal sealed record PricesOptions
{
    /// <summary>US dollars for a million read request units of a table on demand, 0 to 1000. Default 0.125.</summary>
    [Limits("0", "1000")]
    public double ReadRequestUnits { get; init; } = 0.125;

    /// <summary>US dollars for a read capacity unit of a provisioned table for an hour, 0 to 1000. Default 0.00013.</summary>
    [Limits("0", "1000")]
    public double ReadCapacityUnits { get; init; } = 0.00013;
}
