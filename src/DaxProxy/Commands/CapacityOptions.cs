using System.CommandLine;
using DaxProxy.Capacity;
using DaxProxy.Load;
using DaxProxy.Options;
using DaxProxy.Report;

namespace DaxProxy.Commands;

/// <summary>The options of the command <c>capacity</c>, and the plan that they make.</summary>
internal sealed class CapacityOptions
{
    private const string DefaultOutput = "capacity.html";
    private const double MostUnits = 1_000_000;

    private static readonly (string Name, CapacityMode Mode)[] Modes =
        [("provisioned", CapacityMode.Provisioned), ("on-demand", CapacityMode.OnDemand), ("autoscale", CapacityMode.AutoScale)];

    private readonly Option<string?> trace = new("--trace")
    {
        Description = "The load: the traffic that daxproxy record wrote into this file",
    };

    private readonly Option<string?> table = new("--table") { Description = "Look at this table of a --trace only" };

    private readonly Option<string> workload = new("--workload")
    {
        Description = "The load, instead of a --trace: ycsb-a to ycsb-f, or a file (docs/report.md)",
        DefaultValueFactory = _ => "ycsb-b",
    };

    private readonly Option<double> rate = CheckedOptions.Number("--rate", "Requests a second of a --workload", 1000, 0.01, 10_000_000);
    private readonly Option<double> seconds = CheckedOptions.Number("--seconds", "Seconds of a --workload", 3600, 1, 31 * 86_400);
    private readonly Option<double> swing = CheckedOptions.Number(
        "--swing", "How far the rate of a --workload goes up and down, once in its time, as a share: 0 to 1", 0, 0, 1);

    private readonly Option<double> items = CheckedOptions.Whole(
        "--items", "How many items there are (default: the workload's)", null, 1, 10_000_000);
    private readonly Option<double> itemBytes = CheckedOptions.Whole(
        "--item-bytes", "Bytes of an item (default: the workload's)", null, 100, 400_000);
    private readonly Option<double> seed = CheckedOptions.Whole("--seed", "The same seed asks for the same", 1, 0, 1_000_000);

    private readonly Option<string[]> mode = new("--mode")
    {
        Description = "provisioned, on-demand or autoscale; may be repeated (default: all)",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [],
    };

    private readonly Option<double> readUnits = CheckedOptions.Whole(
        "--read-units", "Provisioned read units of each table (default: the mean load is --target of them)", null, 1, MostUnits);
    private readonly Option<double> writeUnits = CheckedOptions.Whole(
        "--write-units", "Provisioned write units of each table (default: the mean load is --target of them)", null, 1, MostUnits);
    private readonly Option<double> least = CheckedOptions.Whole("--min", "Fewest units that auto scaling sets", 1, 1, MostUnits);
    private readonly Option<double> most = CheckedOptions.Whole("--max", "Most units that auto scaling sets", 40_000, 1, MostUnits);
    private readonly Option<double> target = CheckedOptions.Number(
        "--target", "Percent of the capacity that auto scaling wants to be consumed", 70, 20, 90);

    private readonly Option<double> cache = CheckedOptions.Whole(
        "--cache-megabytes", "Size of the item cache; that of pages is two fifths of it", 256, 1, 65_536);
    private readonly Option<double> timeToLive = CheckedOptions.Number(
        "--time-to-live", "Seconds that items are cached", 300, 1, 365 * 86_400);
    private readonly Option<double> queryTimeToLive = CheckedOptions.Number(
        "--query-time-to-live", "Seconds that pages of queries and scans are cached; 0 for not at all", 300, 0, 365 * 86_400);

    private readonly Option<string?> region = new("--region")
    {
        Description = "Region whose list prices count (default: that of AWS_REGION or the AWS profile, or us-east-1)",
    };

    private readonly Option<string?> output = new("--out")
    {
        Description = $"The page (default: {DefaultOutput}, or a name with a number where that is there already)",
    };

    private readonly Option<bool> overwrite = new("--overwrite") { Description = "Replace the file that --out names" };

    /// <summary>Knows the names of the modes.</summary>
    public CapacityOptions() => mode.AcceptOnlyFromAmong([.. Modes.Select(known => known.Name)]);

    /// <summary>All of them.</summary>
    public IReadOnlyList<Option> All =>
    [
        trace,
        table,
        workload,
        rate,
        seconds,
        swing,
        items,
        itemBytes,
        seed,
        mode,
        readUnits,
        writeUnits,
        least,
        most,
        target,
        cache,
        timeToLive,
        queryTimeToLive,
        region,
        output,
        overwrite,
    ];

    /// <summary>The plan.</summary>
    /// <exception cref="ReportFault">Something is given that cannot be.</exception>
    public CapacityPlan ToPlan(ParseResult parsed)
    {
        if (parsed.GetValue(least) > parsed.GetValue(most))
        {
            throw new ReportFault("--min: is more than --max; lower the one or raise the other");
        }

        string[] asked = parsed.GetValue(mode)!;
        return new CapacityPlan
        {
            Load = LoadOf(parsed),
            Modes = [.. Modes.Where(known => asked.Length == 0 || asked.Contains(known.Name)).Select(known => known.Mode)],
            ReadUnits = Given(readUnits),
            WriteUnits = Given(writeUnits),
            MinUnits = (int)parsed.GetValue(least),
            MaxUnits = (int)parsed.GetValue(most),
            Target = parsed.GetValue(target),
            Prices = UnitPrices.Of(parsed.GetValue(region) ?? MachineRegion.Find(isAws: false) ?? UnitPrices.UsualRegion),
            CacheBytes = (long)parsed.GetValue(cache) * 1024 * 1024,
            TimeToLive = TimeSpan.FromSeconds(parsed.GetValue(timeToLive)),
            QueryTimeToLive = TimeSpan.FromSeconds(parsed.GetValue(queryTimeToLive)),
            Seed = (int)parsed.GetValue(seed),
            Out = OutputOf(parsed),
            Command = OutputFile.CommandOf(parsed.Tokens.Select(token => token.Value)),
        };

        long? Given(Option<double> units) => parsed.GetResult(units) is null ? null : (long)parsed.GetValue(units);
    }

    private CapacityLoad LoadOf(ParseResult parsed)
    {
        if (parsed.GetValue(trace) is { } path)
        {
            Refuse("--trace: says what is asked for and when", workload, rate, seconds, swing, items, itemBytes);
            if (!File.Exists(path))
            {
                throw new ReportFault($"--trace {path}: cannot be read; name a file that daxproxy record wrote");
            }

            return new TraceLoad(path, parsed.GetValue(table));
        }

        Refuse("--workload: has one table", table);
        Workload load = WorkloadFile.Find(parsed.GetValue(workload)!);
        load = load with
        {
            Items = parsed.GetResult(items) is null ? load.Items : (int)parsed.GetValue(items),
            ItemBytes = parsed.GetResult(itemBytes) is null ? load.ItemBytes : (int)parsed.GetValue(itemBytes),
        };
        return new WorkloadLoad(
            load,
            parsed.GetValue(rate),
            TimeSpan.FromSeconds(parsed.GetValue(seconds)),
            parsed.GetValue(swing),
            (int)parsed.GetValue(seed));

        void Refuse(string why, params IEnumerable<Option> others)
        {
            if (others.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } other)
            {
                throw new ReportFault($"{why}; leave out {other.Name}");
            }
        }
    }

    /// <summary>The page that is to be written: the one that <c>--out</c> names, or the first that is free.</summary>
    private string OutputOf(ParseResult parsed)
    {
        string path = parsed.GetValue(output) ?? OutputFile.Free(DefaultOutput, File.Exists);
        OutputFile.CheckFree("--out", path, parsed.GetValue(overwrite));
        OutputFile.CheckWritable("--out", path);
        return path;
    }
}
