using System.Collections.Frozen;
using System.Text.Json;

namespace DaxProxy.Options;

/// <summary>What DynamoDB charges for units, in US dollars. Immutable.</summary>
/// <remarks>
/// Source of list prices: <c>list-prices.json</c>, which says where they come from and of when they are. A region that is not in it is
/// taken for <see cref="UsualRegion"/>. A price of capacity that is not in it follows from that of requests: where both are known, their
/// ratio is the same within 0.2 %.
/// </remarks>
/// <param name="Region">The region whose list prices these are, as far as no option says another.</param>
/// <param name="ReadRequestUnits">A million read request units of a table on demand.</param>
/// <param name="WriteRequestUnits">A million write request units of a table on demand.</param>
/// <param name="ReadCapacityUnits">A read capacity unit of a provisioned table for an hour.</param>
internal sealed record UnitPrices(string Region, double ReadRequestUnits, double WriteRequestUnits, double ReadCapacityUnits)
{
    /// <summary>The region whose prices stand for those that are not known.</summary>
    public const string UsualRegion = "us-east-1";

    /// <summary>How many times what a read unit costs a write unit does. Source: the price list, in each region that is known.</summary>
    private const double WriteFactor = 5;

    private static readonly Lazy<FrozenDictionary<string, UnitPrices>> Listed = new(Read);

    /// <summary>A write capacity unit of a provisioned table for an hour.</summary>
    public double WriteCapacityUnits => WriteFactor * ReadCapacityUnits;

    /// <summary>The list prices of a region, or of <see cref="UsualRegion"/> where it is not known.</summary>
    public static UnitPrices Of(string region) => Listed.Value.GetValueOrDefault(region) ?? Listed.Value[UsualRegion];

    /// <summary>The regions whose prices are known.</summary>
    public static IEnumerable<string> Regions => Listed.Value.Keys;

    private static FrozenDictionary<string, UnitPrices> Read()
    {
        using Stream file = typeof(UnitPrices).Assembly.GetManifestResourceStream("list-prices.json")!;
        using JsonDocument document = JsonDocument.Parse(file);
        JsonElement regions = document.RootElement.GetProperty("regions");
        JsonElement usual = regions.GetProperty(UsualRegion);
        double ratio = usual.GetProperty("readCapacityUnits").GetDouble() / usual.GetProperty("readRequestUnits").GetDouble();
        return regions.EnumerateObject().ToFrozenDictionary(
            region => region.Name,
            region =>
            {
                double read = region.Value.GetProperty("readRequestUnits").GetDouble();
                return new UnitPrices(
                    region.Name,
                    read,
                    region.Value.GetProperty("writeRequestUnits").GetDouble(),
                    region.Value.TryGetProperty("readCapacityUnits", out JsonElement capacity) ? capacity.GetDouble() : read * ratio);
            },
            StringComparer.Ordinal);
    }
}
