using System.Globalization;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Wire.Json;

namespace DaxProxy.Options;

/// <summary>Which requests are to have which faults, by table and verb.</summary>
/// <remarks>
/// <code>
/// rules  = [ rule *( ";" rule ) ]
/// rule   = table "/" ( verb / "*" ) faults          table: a <see cref="TablePattern"/> without an index
/// faults = fault *( ( " " / "," ) fault )
/// fault  = share-name [ "=" number ]                0 to 1; 1 where it is left out
///        / ( "latency" / "p99" ) "=" duration       200ms, 1.5s
/// </code>
/// Of the rules that fit a request, that of the most specific table is taken, and of those the one that names the verb. Immutable.
/// </remarks>
internal sealed class FaultRules
{
    /// <summary>The longest latency: one of the slowest client's time limits.</summary>
    private static readonly TimeSpan MaxLatency = TimeSpan.FromSeconds(60);

    private static readonly string[] Services = ["DynamoDB_20120810.", "DynamoDBStreams_20120810."];

    private readonly List<(TablePattern Table, string Verb, SimulatedFaults Faults)> rules = [];


    /// <summary>The rules as they were written, on one line.</summary>
    public string Text { get; private set; } = "";

    /// <summary>Whether there is none.</summary>
    public bool IsEmpty => rules.Count == 0;

    /// <summary>Reads rules. Returns what is wrong with the text and how to write it instead, or null.</summary>
    public static string? TryRead(string text, out FaultRules rules)
    {
        rules = new FaultRules();
        foreach (string rule in text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            string[] words = rule.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            string target = words[0], asked = string.Join(' ', words[1..]);
            string[] parts = target.Split('/');
            if (parts.Length != 2 || TablePattern.TryParse(parts[0]) is not { } table)
            {
                return $"'{target}' is no table and verb, write orders/PutItem, orders-*/* or */GetItem";
            }

            if (parts[1] != "*" && !Array.Exists(Services, service => JsonRequest.VerbOf(service + parts[1]) is not null))
            {
                return $"'{parts[1]}' is no operation, write its name as GetItem, or * for all";
            }

            if (TryReadFaults(asked, out SimulatedFaults? faults) is { } fault)
            {
                return fault;
            }

            if (rules.rules.Exists(known => known.Verb == parts[1] && known.Table.CompareTo(table) == 0))
            {
                return $"'{target}' is there twice, write one rule with all its faults";
            }

            rules.rules.Add((table, parts[1], faults!));
            rules.Text += (rules.Text.Length == 0 ? "" : "; ") + $"{target} {asked}";
        }

        rules.rules.Sort(static (one, other) => one.Table.CompareTo(other.Table) is not 0 and int order
            ? order
            : (one.Verb == "*").CompareTo(other.Verb == "*"));
        return null;
    }

    /// <summary>Reads the faults of one rule, or of one request. Returns what is wrong with them, or null.</summary>
    public static string? TryReadFaults(string text, out SimulatedFaults? faults)
    {
        faults = null;
        SimulatedFaults read = new();
        string[] parts = text.Split([' ', ',', '\t'], StringSplitOptions.RemoveEmptyEntries);
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (string part in parts)
        {
            string[] pair = part.Split('=', 2);
            bool isTime = pair[0] is "latency" or "p99";
            if (!names.Add(pair[0]))
            {
                return $"'{pair[0]}' is there twice, write it once";
            }

            TimeSpan time = default;
            double share = 1;
            if (isTime ? pair.Length < 2 || !TryReadTime(pair[1], out time) : pair.Length > 1 && !TryReadShare(pair[1], out share))
            {
                return isTime
                    ? $"'{part}' is no time up to {MaxLatency.TotalSeconds} s, write {pair[0]}=200ms or {pair[0]}=1.5s"
                    : $"'{part}' is no share, write {pair[0]}=0.05 (0 to 1)";
            }

            SimulatedFaults? more = With(read, pair[0], share, time);
            if (more is null)
            {
                return $"'{pair[0]}' is no fault, "
                    + "use throttle, throttle-on-demand, throttle-account, error, lost, unprocessed, latency, p99";
            }

            read = more;
        }

        if (parts.Length == 0)
        {
            return "there is no fault, write some as throttle=0.05 latency=20ms";
        }

        const double Rounding = 1e-9;
        if (read.Throttled + read.ThrottledOnDemand + read.ThrottledByAccount + read.Failed + read.Lost > 1 + Rounding)
        {
            return "the shares of throttle, throttle-on-demand, throttle-account, error and lost come to more than 1, lower one of them";
        }

        if (names.Contains("p99") && (read.Latency == TimeSpan.Zero || read.SlowLatency < read.Latency))
        {
            return "p99 needs a latency that is not longer, write latency=20ms p99=200ms";
        }

        faults = names.Contains("p99") ? read : read with { SlowLatency = read.Latency };
        return null;
    }

    /// <summary>The faults of requests of a verb for a table; null for none.</summary>
    /// <param name="table">Name of the table; empty where a request names none.</param>
    /// <param name="verb">DynamoDB's name of the verb.</param>
    public SimulatedFaults? Find(string table, string verb)
    {
        foreach ((TablePattern pattern, string named, SimulatedFaults faults) in rules)
        {
            if ((named == "*" || named == verb) && (table.Length == 0 ? pattern.Table == "*" : pattern.MatchesTable(table)))
            {
                return faults;
            }
        }

        return null;
    }

    private static SimulatedFaults? With(SimulatedFaults faults, string name, double share, TimeSpan time) => name switch
    {
        "throttle" => faults with { Throttled = share },
        "throttle-on-demand" => faults with { ThrottledOnDemand = share },
        "throttle-account" => faults with { ThrottledByAccount = share },
        "error" => faults with { Failed = share },
        "lost" => faults with { Lost = share },
        "unprocessed" => faults with { Unprocessed = share },
        "latency" => faults with { Latency = time },
        "p99" => faults with { SlowLatency = time },
        _ => null,
    };

    private static bool TryReadShare(string text, out double share) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out share) && share is >= 0 and <= 1;

    private static bool TryReadTime(string text, out TimeSpan time)
    {
        time = default;
        (double unit, int suffix) = text.EndsWith("ms", StringComparison.Ordinal) ? (1e-3, 2) : text.EndsWith('s') ? (1, 1) : (0, 0);
        ReadOnlySpan<char> digits = text.AsSpan(0, text.Length - suffix);
        if (suffix == 0
            || !double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double amount)
            || !(amount * unit <= MaxLatency.TotalSeconds))
        {
            return false;
        }

        time = TimeSpan.FromSeconds(amount * unit);
        return true;
    }
}
