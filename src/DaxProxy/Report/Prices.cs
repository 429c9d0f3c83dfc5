using DaxProxy.Options;

namespace DaxProxy.Report;

/// <summary>What requests cost. Source of the defaults: list price of DynamoDB on demand, standard table class, us-east-1.</summary>
/// <param name="ReadUnits">US dollars for a million read request units.</param>
/// <param name="WriteUnits">US dollars for a million write request units.</param>
internal sealed record Prices(double ReadUnits, double WriteUnits)
{
    /// <summary>The list price.</summary>
    public static Prices Default { get; } = new(new PricesOptions().ReadRequestUnits, 0.625);
}
