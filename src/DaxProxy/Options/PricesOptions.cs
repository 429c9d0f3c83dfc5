namespace DaxProxy.Options;

/// <summary>Section <c>Prices</c>: what the service charges, so that what the caches save can be told in money.</summary>
internal sealed record PricesOptions
{
    /// <summary>
    /// US dollars for a million read request units of a table on demand, 0 to 1000; 0 takes the list price of <c>Backend.Region</c>.
    /// Default 0.
    /// </summary>
    [Limits("0", "1000")]
    public double ReadRequestUnits { get; init; }

    /// <summary>
    /// US dollars for a read capacity unit of a provisioned table for an hour, 0 to 1000; 0 takes the list price of <c>Backend.Region</c>.
    /// Default 0.
    /// </summary>
    [Limits("0", "1000")]
    public double ReadCapacityUnits { get; init; }

    /// <summary>The prices to use, whichever way they are given.</summary>
    /// <param name="region">The region.</param>
    public UnitPrices In(string region)
    {
        UnitPrices listed = UnitPrices.Of(region);
        return listed with
        {
            ReadRequestUnits = ReadRequestUnits > 0 ? ReadRequestUnits : listed.ReadRequestUnits,
            ReadCapacityUnits = ReadCapacityUnits > 0 ? ReadCapacityUnits : listed.ReadCapacityUnits,
        };
    }
}
