using System.Text.Json;
using DaxProxy.Core.Catalog;
using DaxProxy.Options;

namespace DaxProxy.Frontends.Admin;

/// <summary>What hits have saved since the start, in units and in money. Computed, not billed. Immutable.</summary>
/// <param name="Units">Read units.</param>
/// <param name="Uptime">Since when.</param>
/// <param name="Prices">What units cost.</param>
internal sealed record Savings(double Units, TimeSpan Uptime, PricesOptions Prices)
{
    private const double SecondsOfDay = 24 * 3600;

    /// <summary>
    /// The share of its capacity that a provisioned table should use. Source: the default target of DynamoDB auto scaling.
    /// </summary>
    private const double TargetUtilization = 0.7;

    /// <summary>US dollars, were all tables on demand.</summary>
    public double Dollars => Units * Prices.ReadRequestUnits / 1e6;

    /// <summary>The same a day, at the mean rate since the start.</summary>
    public double DollarsPerDay => Dollars * SecondsOfDay / Seconds;

    /// <summary>Read capacity units that provisioned tables can do without, at the mean rate since the start.</summary>
    public double CapacityUnits => Units / Seconds / TargetUtilization;

    /// <summary>US dollars a day for those.</summary>
    public double CapacityDollarsPerDay => CapacityUnits * Prices.ReadCapacityUnits * 24;

    private double Seconds => Math.Max(1, Uptime.TotalSeconds);

    /// <summary>Those of all tables.</summary>
    public static Savings Of(ProcessState state) => new(
        (state.Backends.Caching?.Catalog.Tables ?? []).Sum(SavedBy), state.Uptime, state.Options.Prices);

    /// <summary>Writes them as member <c>savings</c>.</summary>
    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("savings");
        writer.WriteNumber("readUnits", Units);
        writer.WriteNumber("dollars", Dollars);
        writer.WriteNumber("dollarsPerDay", DollarsPerDay);
        writer.WriteNumber("readCapacityUnits", CapacityUnits);
        writer.WriteNumber("capacityDollarsPerDay", CapacityDollarsPerDay);
        writer.WriteNumber("dollarsOfMillionReadRequestUnits", Prices.ReadRequestUnits);
        writer.WriteNumber("dollarsOfReadCapacityUnitHour", Prices.ReadCapacityUnits);
        writer.WriteEndObject();
    }

    private static double SavedBy(CatalogTable table) => table.Counters.ReadUnitsSaved + table.Counters.Queries.ReadUnitsSaved;
}
