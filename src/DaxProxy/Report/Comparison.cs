namespace DaxProxy.Report;

/// <summary>One figure of both targets.</summary>
/// <param name="Direct">Straight to DynamoDB.</param>
/// <param name="Proxied">Through the proxy.</param>
/// <param name="Ratio">Proxied / direct, of the rounds that were run one after the other.</param>
internal sealed record Comparison(Estimate Direct, Estimate Proxied, Estimate Ratio)
{
    /// <summary>Compares rounds, each with the one beside it.</summary>
    public static Comparison Of(IReadOnlyList<double> direct, IReadOnlyList<double> proxied) =>
        new(Estimate.OfMean(direct), Estimate.OfMean(proxied), Estimate.OfRatio(proxied, direct));
}
