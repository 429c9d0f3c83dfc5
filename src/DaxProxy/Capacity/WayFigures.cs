namespace DaxProxy.Capacity;

/// <summary>What came out for one mode, with the caches or without, of all tables together. For one thread while it is filled.</summary>
/// <param name="mode">The mode.</param>
/// <param name="isCached">Whether reads go through the caches.</param>
/// <param name="duration">The whole time.</param>
internal sealed class WayFigures(CapacityMode mode, bool isCached, TimeSpan duration)
{
    /// <summary>The mode.</summary>
    public CapacityMode Mode { get; } = mode;

    /// <summary>Whether reads go through the caches.</summary>
    public bool IsCached { get; } = isCached;

    /// <summary>Read units that were consumed.</summary>
    public double ReadUnits { get; set; }

    /// <summary>Write units that were consumed.</summary>
    public double WriteUnits { get; set; }

    /// <summary>Reads of items and pages, and writes of items, that reached the table.</summary>
    public long Asked { get; set; }

    /// <summary>Those of them that were throttled.</summary>
    public long Throttled { get; set; }

    /// <summary>Provisioned read units times seconds; 0 where requests are billed.</summary>
    public double ReadUnitSeconds { get; set; }

    /// <summary>The same of write units.</summary>
    public double WriteUnitSeconds { get; set; }

    /// <summary>Throttled reads and writes.</summary>
    public TimeSeries ThrottledOverTime { get; } = new(duration);

    /// <summary>Provisioned read units.</summary>
    public TimeSeries ReadCapacity { get; } = new(duration);

    /// <summary>Provisioned write units.</summary>
    public TimeSeries WriteCapacity { get; } = new(duration);

    /// <summary>Throttled ones of those that reached the table.</summary>
    public double ThrottledShare => Asked == 0 ? 0 : (double)Throttled / Asked;

    /// <summary>US dollars for the whole time.</summary>
    public double CostAt(Options.UnitPrices prices)
    {
        const double hour = 3600, million = 1e6;
        return Mode == CapacityMode.OnDemand
            ? ((ReadUnits * prices.ReadRequestUnits) + (WriteUnits * prices.WriteRequestUnits)) / million
            : ((ReadUnitSeconds * prices.ReadCapacityUnits) + (WriteUnitSeconds * prices.WriteCapacityUnits)) / hour;
    }
}
