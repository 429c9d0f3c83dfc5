namespace DaxProxy.Report;

/// <summary>
/// What DynamoDB is asked for and paid for, with and without the proxy. Units are those of the on-demand mode, of reads eventually
/// consistent.
/// </summary>
/// <param name="Prices">What units cost.</param>
/// <param name="RequestsPerSecond">Requests a second of the user's application.</param>
/// <param name="ReadUnits">Read request units of a request of the load, on average, when none is saved.</param>
/// <param name="SavedReadUnits">Those of them that answers from the cache save.</param>
/// <param name="WriteUnits">Write request units of a request of the load, on average: no cache saves any.</param>
internal sealed record Costs(Prices Prices, double RequestsPerSecond, double ReadUnits, double SavedReadUnits, double WriteUnits)
{
    /// <summary>Seconds of a month of 730 hours, by which AWS calculates.</summary>
    private const double SecondsOfMonth = 730 * 3600;

    /// <summary>US dollars for a million requests straight to DynamoDB.</summary>
    public double DirectPerMillion => (ReadUnits * Prices.ReadUnits) + (WriteUnits * Prices.WriteUnits);

    /// <summary>US dollars saved of a million requests through the proxy.</summary>
    public double SavedPerMillion => SavedReadUnits * Prices.ReadUnits;

    /// <summary>US dollars for a million requests through the proxy.</summary>
    public double ProxiedPerMillion => DirectPerMillion - SavedPerMillion;

    /// <summary>US dollars for a month straight to DynamoDB.</summary>
    public double DirectPerMonth => DirectPerMillion * MillionsOfMonth;

    /// <summary>US dollars saved in a month through the proxy.</summary>
    public double SavedPerMonth => SavedPerMillion * MillionsOfMonth;

    /// <summary>US dollars for a month through the proxy.</summary>
    public double ProxiedPerMonth => ProxiedPerMillion * MillionsOfMonth;

    private double MillionsOfMonth => RequestsPerSecond * SecondsOfMonth / 1e6;

    /// <summary>Those of the rounds through the proxy.</summary>
    public static Costs Of(IReadOnlyList<Round> proxied, Prices prices, double requestsPerSecond)
    {
        double requests = proxied.Sum(round => round.Answered);
        return new Costs(
            prices,
            requestsPerSecond,
            proxied.Sum(round => round.ReadUnits) / requests,
            proxied.Sum(round => round.ReadUnitsOfHits) / requests,
            proxied.Sum(round => round.WriteUnits) / requests);
    }
}
