using DaxProxy.Options;

namespace DaxProxy.Report;

/// <summary>What requests on demand cost.</summary>
/// <param name="ReadUnits">US dollars for a million read request units.</param>
/// <param name="WriteUnits">US dollars for a million write request units.</param>
internal sealed record Prices(double ReadUnits, double WriteUnits)
{
    /// <summary>The region whose list prices they are; null where one of them is the user's.</summary>
    public string? Region { get; init; }

    /// <summary>The list prices of a region, or of the usual one where they are not known.</summary>
    public static Prices Of(string region)
    {
        UnitPrices listed = UnitPrices.Of(region);
        return new(listed.ReadRequestUnits, listed.WriteRequestUnits) { Region = listed.Region };
    }

    /// <summary>The same, but for what is given.</summary>
    public Prices Or(double? readUnits, double? writeUnits) => readUnits is null && writeUnits is null
        ? this
        : new(readUnits ?? ReadUnits, writeUnits ?? WriteUnits);
}
