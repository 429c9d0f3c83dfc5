using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using DaxProxy.Load;
using DaxProxy.Options;
using DaxProxy.Report;
using DaxProxy.Report.Demo;

namespace DaxProxy.Commands;

/// <summary>The options of the command <c>report</c>, and the plan that they make.</summary>
internal sealed class ReportOptions
{
    private const string AwsHost = "dynamodb.";

    private const string DefaultOutput = "report.html";
    private const double DemoLatency = 5;
    private const double DefaultSeconds = 60;

    private readonly Option<Uri> direct = CheckedOptions.Address(
        "--direct", "Where DynamoDB is: https://dynamodb.REGION.amazonaws.com, or any address that speaks its protocol");
    private readonly Option<Uri> proxied = CheckedOptions.Address("--proxied", "Where the proxy in front of it is: http://127.0.0.1:8000");
    private readonly Option<Uri> proxiedAdmin = CheckedOptions.Address(
        "--proxied-admin", "Admin port of the proxy, to print what its auditor found: http://127.0.0.1:8001");

    private readonly Option<DnsEndPoint> proxiedDax = new("--proxied-dax")
    {
        Description = "Where the proxy speaks DAX, to compare that with JSON: 127.0.0.1:8111",
        CustomParser = ParseDax,
    };

    private readonly Option<double> demo = CheckedOptions.Number(
        "--demo",
        "Instead of --direct and --proxied: the local engine so many milliseconds away, and a proxy in front of it "
            + $"(default: {DemoLatency})",
        null,
        0,
        10_000,
        withoutValue: DemoLatency);

    private readonly Option<string[]> compare = new("--compare")
    {
        Description = "Measure nothing, but compare two reports: the files of their figures, the older one first",
        Arity = new ArgumentArity(2, 2),
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string> workload = new("--workload")
    {
        Description = "The load: ycsb-a to ycsb-f, or a file (docs/report.md)",
        DefaultValueFactory = _ => "ycsb-b",
    };

    private readonly Option<string?> trace = new("--trace")
    {
        Description = "Replay the traffic that daxproxy record wrote into this file, instead of --workload",
    };

    private readonly Option<double> speed = CheckedOptions.Number(
        "--speed", "How many times quicker than it came a --trace is replayed", 1, 0.01, 1000);

    private readonly Option<double> items = CheckedOptions.Whole(
        "--items", "How many items there are (default: the workload's)", null, 1, 10_000_000);
    private readonly Option<double> itemBytes = CheckedOptions.Whole(
        "--item-bytes", "Bytes of an item (default: the workload's)", null, 100, 400_000);
    private readonly Option<double> seconds = CheckedOptions.Number(
        "--seconds", $"Seconds that are measured, besides filling tables and cache (default: {DefaultSeconds}, or what a --trace takes)",
        null, 0.5, 86_400);
    private readonly Option<double> connections = CheckedOptions.Whole("--connections", "Connections", 16, 1, 1024);
    private readonly Option<double> rate = CheckedOptions.Number(
        "--rate",
        "Requests a second, whatever becomes of them (default: each connection asks as soon as it has its answer)",
        null,
        1,
        1_000_000);

    private readonly Option<double> seed = CheckedOptions.Whole("--seed", "The same seed asks for the same", 1, 0, 1_000_000);

    private readonly Option<string?> region = new("--region")
    {
        Description = "Region that requests are signed for (default: that of --direct, of AWS_REGION or the AWS profile, or us-east-1)",
    };

    private readonly Option<string?> proxiedProfile = new("--proxied-profile")
    {
        Description = "Profile of the AWS credentials file with the key that the proxy wants (default: as for --direct)",
    };

    private readonly Option<double> readPrice = CheckedOptions.Number(
        "--read-price", "US dollars for a million read request units (default: list price of the region)", null, 0, 1_000_000);
    private readonly Option<double> writePrice = CheckedOptions.Number(
        "--write-price", "US dollars for a million write request units (default: list price of the region)", null, 0, 1_000_000);
    private readonly Option<double> requestsPerSecond = CheckedOptions.Number(
        "--requests-per-second", "Requests a second of your application, for the costs of a month", 1000, 0, 1e9);

    private readonly Option<string?> output = new("--out")
    {
        Description = $"The page; its figures go beside it, in a file that ends in .json (default: {DefaultOutput}, "
            + "or a name with a number where that is there already)",
    };

    private readonly Option<bool> overwrite = new("--overwrite") { Description = "Replace the file that --out names" };

    private readonly Option<string[]> failIf = new("--fail-if")
    {
        Description = $"End with {FailRule.ExitCode} where this holds, like 'p99>5ms', 'hits<80%', 'ratio.mean>75%'; may be repeated",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string?> junit = new("--junit") { Description = "File for what became of each --fail-if, as JUnit's XML" };

    /// <summary>All of them.</summary>
    public IReadOnlyList<Option> All =>
    [
        direct,
        proxied,
        proxiedAdmin,
        proxiedDax,
        demo,
        compare,
        workload,
        trace,
        speed,
        items,
        itemBytes,
        seconds,
        connections,
        rate,
        seed,
        region,
        proxiedProfile,
        readPrice,
        writePrice,
        requestsPerSecond,
        output,
        overwrite,
        failIf,
        junit,
    ];

    /// <summary>The two files that are to be compared; null where something is to be measured.</summary>
    public (string Older, string Newer)? FilesToCompare(ParseResult parsed) =>
        parsed.GetValue(compare) is [string older, string newer] ? (older, newer) : null;

    /// <summary>How far away the engine of a demonstration is; null for no demonstration.</summary>
    public TimeSpan? DemoDistance(ParseResult parsed) =>
        parsed.GetResult(demo) is null ? null : TimeSpan.FromMilliseconds(parsed.GetValue(demo));

    /// <summary>Looks for what cannot be, before anything is started or paid for.</summary>
    /// <exception cref="ReportFault">There is something.</exception>
    public void Check(ParseResult parsed)
    {
        if (parsed.GetResult(compare) is not null)
        {
            Refuse("--compare: measures nothing", [.. All.Where(option => option != compare)]);
            return;
        }

        if (parsed.GetResult(demo) is not null)
        {
            Refuse("--demo: starts its own servers", direct, proxied, proxiedAdmin, proxiedDax, proxiedProfile);
        }
        else if (parsed.GetResult(direct) is null)
        {
            throw new ReportFault("--direct is missing: give the address of DynamoDB, or try --demo on this machine");
        }
        else if (parsed.GetResult(proxied) is null)
        {
            throw new ReportFault("--proxied is missing: give the address of the proxy, like http://127.0.0.1:8000");
        }

        if (parsed.GetResult(trace) is not null)
        {
            Refuse("--trace: says what is asked for and when", workload, items, itemBytes, rate);
        }
        else if (parsed.GetResult(speed) is { Implicit: false })
        {
            throw new ReportFault("--speed: there is nothing to replay; give --trace, or leave it out");
        }

        LoadOf(parsed);
        TraceOf(parsed);
        FailRule[] rules = RulesOf(parsed);
        if (parsed.GetValue(junit) is { } results)
        {
            if (rules.Length == 0)
            {
                throw new ReportFault($"--junit {results}: there is no rule to report; give one with --fail-if");
            }

            OutputFile.CheckWritable("--junit", results);
        }

        OutputOf(parsed);

        void Refuse(string why, params IEnumerable<Option> others)
        {
            if (others.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } other)
            {
                throw new ReportFault($"{why}; leave out {other.Name}");
            }
        }
    }

    /// <summary>The plan.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="demonstration">What was started for a demonstration; null where the addresses are the user's.</param>
    /// <exception cref="ReportFault">Something is given that cannot be.</exception>
    public ReportPlan ToPlan(ParseResult parsed, DemoSetup? demonstration)
    {
        Uri address = demonstration?.Direct ?? parsed.GetRequiredValue(direct);
        ReplayTrace? replayed = TraceOf(parsed);
        string signedFor = parsed.GetValue(region) ?? RegionOf(address) ?? MachineRegion.Find(isAws: false) ?? "us-east-1";
        return new ReportPlan
        {
            Direct = address,
            Proxied = demonstration?.Proxied ?? parsed.GetRequiredValue(proxied),
            DemoLatency = demonstration is null ? null : parsed.GetValue(demo),
            ProxiedDax = demonstration?.ProxiedDax ?? parsed.GetValue(proxiedDax),
            ProxiedAdmin = parsed.GetValue(proxiedAdmin),
            Workload = replayed?.Workload ?? LoadOf(parsed),
            Trace = replayed,
            Seconds = SecondsOf(parsed, replayed),
            Connections = (int)parsed.GetValue(connections),
            Rate = replayed?.PerSecond ?? parsed.GetValue(rate),
            Seed = (int)parsed.GetValue(seed),
            Region = signedFor,
            ProxiedProfile = parsed.GetValue(proxiedProfile),
            Prices = Prices.Of(signedFor).Or(PriceOf(readPrice), PriceOf(writePrice)),
            RequestsPerSecond = parsed.GetValue(requestsPerSecond),
            Out = OutputOf(parsed),
            FailRules = RulesOf(parsed),
            JUnit = parsed.GetValue(junit),
            Command = OutputFile.CommandOf(parsed.Tokens.Select(token => token.Value)),
        };

        double? PriceOf(Option<double> price) => parsed.GetResult(price) is null ? null : parsed.GetValue(price);
    }

    /// <summary>The page that is to be written: the one that <c>--out</c> names, or the first that is free.</summary>
    private string OutputOf(ParseResult parsed) => CheckOutput(
        parsed.GetValue(output)
            ?? OutputFile.Free(DefaultOutput, path => File.Exists(path) || File.Exists(Path.ChangeExtension(path, ".json"))),
        parsed.GetValue(overwrite));

    private FailRule[] RulesOf(ParseResult parsed) => [.. parsed.GetValue(failIf)!.Select(FailRule.Parse)];

    private double SecondsOf(ParseResult parsed, ReplayTrace? replayed) =>
        parsed.GetResult(seconds) is not null ? parsed.GetValue(seconds)
        : replayed is not null ? ReportPlan.SecondsFor(replayed.Duration)
        : DefaultSeconds;

    /// <summary>The trace that is to be replayed; null for none.</summary>
    private ReplayTrace? TraceOf(ParseResult parsed)
    {
        if (parsed.GetValue(trace) is not { } path)
        {
            return null;
        }

        ReplayTrace read = ReplayTrace.Read(path, parsed.GetValue(speed), MostConnections(parsed));
        TimeSpan round = TimeSpan.FromSeconds(SecondsOf(parsed, read) / 4) / ReportPlan.WarmRounds;
        for (int index = 0; index < ReportPlan.WarmRounds; index++)
        {
            if (read.FirstAt((index + 1) * round) == read.FirstAt(index * round))
            {
                throw new ReportFault(
                    $"--trace {path}: pauses for longer than a round, which takes {Quantity.Seconds(round)}; "
                        + "record for longer, or when there is more traffic");
            }
        }

        return read;
    }

    private int MostConnections(ParseResult parsed) =>
        Math.Max((int)parsed.GetValue(connections), ReportPlan.SweepConnections.Max());

    private Workload LoadOf(ParseResult parsed)
    {
        Workload load = WorkloadFile.Find(parsed.GetValue(workload)!);
        load = load with
        {
            Items = parsed.GetResult(items) is null ? load.Items : (int)parsed.GetValue(items),
            ItemBytes = parsed.GetResult(itemBytes) is null ? load.ItemBytes : (int)parsed.GetValue(itemBytes),
        };
        int most = MostConnections(parsed);
        if (load.Items < 2 * most && load.Reads + load.Scans < 1)
        {
            throw new ReportFault(
                $"--items {load.Items}: a load that writes on {most} connections needs {2 * most}, "
                    + "so that one item is not written by two at once; give so many");
        }

        return load;
    }

    private static DnsEndPoint? ParseDax(ArgumentResult result)
    {
        string text = result.Tokens[^1].Value, bare = text.Replace("dax://", "", StringComparison.Ordinal);
        if (Uri.TryCreate("dax://" + bare, UriKind.Absolute, out Uri? address)
            && address is { Port: > 0, PathAndQuery: "" or "/", UserInfo: "" })
        {
            return new DnsEndPoint(address.Host, address.Port);
        }

        result.AddError($"--proxied-dax {text}: is no address; give host and port, like 127.0.0.1:8111");
        return null;
    }

    /// <summary>Whether the page can be written, before anything is paid for.</summary>
    private static string CheckOutput(string path, bool mayReplace)
    {
        if (string.Equals(Path.GetExtension(path), ".json", StringComparison.OrdinalIgnoreCase) || Path.GetFileName(path).Length == 0)
        {
            throw new ReportFault($"--out {path}: names no page; give a file that ends in .html");
        }

        foreach (string file in (string[])[path, Path.ChangeExtension(path, ".json")])
        {
            if (File.Exists(file) && !mayReplace)
            {
                throw new ReportFault($"--out {path}: {file} is there already; give another name, or --overwrite");
            }
        }

        OutputFile.CheckWritable("--out", path);
        return path;
    }

    /// <summary>The region that an address of AWS names.</summary>
    private static string? RegionOf(Uri address) =>
        address.Host.StartsWith(AwsHost, StringComparison.OrdinalIgnoreCase)
            && address.Host.Contains(".amazonaws.com", StringComparison.OrdinalIgnoreCase)
            ? address.Host.Split('.')[1]
            : null;
}
