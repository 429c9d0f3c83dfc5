namespace DaxProxy.Load;

/// <summary>What a load does: on how many items of what size, which shares of its requests do what, and which items they are for.</summary>
/// <remarks>
/// Immutable. The shares add up to 1. Source of the presets: the YCSB core workloads A to F, with its field sizes replaced by one item
/// size.
/// </remarks>
internal sealed record Workload
{
    /// <summary>Its name, as users say it.</summary>
    public required string Name { get; init; }

    /// <summary>How many items there are at the beginning. Default 10,000.</summary>
    public int Items { get; init; } = 10_000;

    /// <summary>Bytes of an item as DynamoDB counts them. Default 400.</summary>
    public int ItemBytes { get; init; } = 400;

    /// <summary>Share of requests that read an item (GetItem).</summary>
    public double Reads { get; init; }

    /// <summary>Share of requests that overwrite an item (PutItem).</summary>
    public double Updates { get; init; }

    /// <summary>Share of requests that add an item (PutItem).</summary>
    public double Inserts { get; init; }

    /// <summary>Share of requests that read a page of items in order (Query).</summary>
    public double Scans { get; init; }

    /// <summary>Share of requests that read an item and then overwrite it; each is two requests.</summary>
    public double ReadModifyWrites { get; init; }

    /// <summary>Most items of a page that a scan asks for. Default 20.</summary>
    public int ScanItems { get; init; } = 20;

    /// <summary>Which items requests are for. Default <see cref="KeyDistribution.Zipf"/>.</summary>
    public KeyDistribution Distribution { get; init; } = KeyDistribution.Zipf;

    /// <summary>The exponent of <see cref="KeyDistribution.Zipf"/> and <see cref="KeyDistribution.Latest"/>. Default 0.99.</summary>
    public double Exponent { get; init; } = 0.99;

    /// <summary>The share of items that <see cref="KeyDistribution.HotSet"/> prefers. Default 0.2.</summary>
    public double HotItems { get; init; } = 0.2;

    /// <summary>The share of requests that those get. Default 0.8.</summary>
    public double HotRequests { get; init; } = 0.8;

    /// <summary>The presets, by their names in lower case.</summary>
    public static IReadOnlyDictionary<string, Workload> Presets { get; } = new[]
    {
        new Workload { Name = "ycsb-a", Reads = 0.5, Updates = 0.5 },
        new Workload { Name = "ycsb-b", Reads = 0.95, Updates = 0.05 },
        new Workload { Name = "ycsb-c", Reads = 1 },
        new Workload { Name = "ycsb-d", Reads = 0.95, Inserts = 0.05, Distribution = KeyDistribution.Latest },
        new Workload { Name = "ycsb-e", Scans = 0.95, Inserts = 0.05 },
        new Workload { Name = "ycsb-f", Reads = 0.5, ReadModifyWrites = 0.5 },
    }.ToDictionary(workload => workload.Name, StringComparer.OrdinalIgnoreCase);

    /// <summary>What chooses the items.</summary>
    /// <param name="seed">The same seed chooses the same.</param>
    public KeyChooser Chooser(int seed) => Distribution switch
    {
        KeyDistribution.Zipf => KeyChooser.Zipf(Items, Exponent, seed),
        KeyDistribution.Latest => KeyChooser.Latest(Items, Exponent),
        KeyDistribution.HotSet => KeyChooser.HotSet(HotItems, HotRequests),
        _ => KeyChooser.Uniform,
    };

    /// <summary>What is wrong with it, in one line that names the member; null for nothing.</summary>
    public string? FindFault()
    {
        (string Name, double Value)[] shares =
        [
            (nameof(Reads), Reads),
            (nameof(Updates), Updates),
            (nameof(Inserts), Inserts),
            (nameof(Scans), Scans),
            (nameof(ReadModifyWrites), ReadModifyWrites),
        ];
        foreach ((string name, double value) in shares)
        {
            if (!(value is >= 0 and <= 1))
            {
                return $"{name} is {value}; give a share from 0 to 1";
            }
        }

        return Math.Abs(shares.Sum(share => share.Value) - 1) > 1e-6
            ? $"{string.Join(", ", shares.Select(share => share.Name))} add up to {shares.Sum(share => share.Value):0.###}; make it 1"
            : Items is < 1 or > 10_000_000 ? $"{nameof(Items)} is {Items}; give 1 to 10000000"
            : ItemBytes is < 100 or > 400_000 ? $"{nameof(ItemBytes)} is {ItemBytes}; give 100 to 400000"
            : ScanItems is < 1 or > 1000 ? $"{nameof(ScanItems)} is {ScanItems}; give 1 to 1000"
            : !(Exponent is > 0 and <= 10) ? $"{nameof(Exponent)} is {Exponent}; give more than 0 and at most 10"
            : !(HotItems is > 0 and <= 1) ? $"{nameof(HotItems)} is {HotItems}; give more than 0 and at most 1"
            : !(HotRequests is >= 0 and <= 1) ? $"{nameof(HotRequests)} is {HotRequests}; give 0 to 1"
            : null;
    }
}
