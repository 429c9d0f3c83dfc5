using System.Net;
using System.Text.Json.Serialization;
using DaxProxy.Load;
using DaxProxy.Options;

namespace DaxProxy.Report;

/// <summary>What a run of <c>report</c> measures and how. Checked before it is made.</summary>
internal sealed record ReportPlan
{
    /// <summary>Rounds of each target that are compared. Even, so that each begins as often as the other.</summary>
    public const int WarmRounds = 10;

    /// <summary>Rounds of reads over each of JSON and DAX.</summary>
    public const int DaxRounds = 4;

    /// <summary>Most rounds of <see cref="Phase.WarmUp"/>, each as long as a cold one.</summary>
    public const int MostWarmUps = 5;

    /// <summary>By how much the share of hits has to rise from one of them to the next to go on.</summary>
    public const double Rise = 0.01;

    /// <summary>Connections of the rounds of <see cref="Phase.Sweep"/>.</summary>
    public static IReadOnlyList<int> SweepConnections { get; } = [1, 2, 4, 8, 16, 32, 64];

    /// <summary>Where DynamoDB is.</summary>
    public required Uri Direct { get; init; }

    /// <summary>Where the proxy in front of it is.</summary>
    public required Uri Proxied { get; init; }

    /// <summary>Where the proxy speaks DAX, to compare that with JSON; null for nowhere.</summary>
    [JsonIgnore]
    public DnsEndPoint? ProxiedDax { get; init; }

    /// <summary>The admin port of the proxy, which is asked what its auditor found; null for none.</summary>
    public Uri? ProxiedAdmin { get; init; }

    /// <summary>
    /// How far away the artificial remote of a demonstration is, in milliseconds there and back; null where the addresses are the user's.
    /// </summary>
    public double? DemoLatency { get; init; }

    /// <summary>The load.</summary>
    public required Workload Workload { get; init; }

    /// <summary>The real traffic that is replayed; null where requests are drawn.</summary>
    public ReplayTrace? Trace { get; init; }

    /// <summary>Seconds of all phases together, besides filling tables and cache.</summary>
    public double Seconds { get; init; } = 60;

    /// <summary>Connections of the cold and the warm rounds.</summary>
    public int Connections { get; init; } = 16;

    /// <summary>Requests a second that fall due in the cold and the warm rounds, answered or not; 0 for a closed loop.</summary>
    public double Rate { get; init; }

    /// <summary>The same seed asks for the same.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>What requests are signed for.</summary>
    public required string Region { get; init; }

    /// <summary>Profile of the AWS configuration with the key for the proxy; null where it is that of the direct target.</summary>
    public string? ProxiedProfile { get; init; }

    /// <summary>What requests cost.</summary>
    public Prices Prices { get; init; } = Prices.Of(UnitPrices.UsualRegion);

    /// <summary>Requests a second of the user's application, for the cost of a month.</summary>
    public double RequestsPerSecond { get; init; } = 1000;

    /// <summary>Where the page is written to.</summary>
    public required string Out { get; init; }

    /// <summary>What must not be, so that the command ends with <see cref="FailRule.ExitCode"/>.</summary>
    [JsonIgnore]
    public IReadOnlyList<FailRule> FailRules { get; init; } = [];

    /// <summary>Where the result of each rule is written to, for a CI server; null for nowhere.</summary>
    [JsonIgnore]
    public string? JUnit { get; init; }

    /// <summary>The command as the user gave it.</summary>
    public required string Command { get; init; }

    /// <summary>How many items share a partition key, so that most pages are full.</summary>
    public int ItemsOfPartition => Math.Max(100, 4 * Workload.ScanItems);

    /// <summary>The file of figures, beside the page.</summary>
    public string OutJson => Path.ChangeExtension(Out, ".json");

    /// <summary>What chooses items; another one each time.</summary>
    public KeyChooser Keys() => Trace?.Keys ?? Workload.Chooser(Seed);

    /// <summary>For a report whose warm rounds take so long, how long all of it is to take.</summary>
    public static double SecondsFor(TimeSpan warm) => 4 * warm.TotalSeconds;

    /// <summary>How long each target is measured cold: a tenth of the time.</summary>
    public TimeSpan ColdTime => TimeSpan.FromSeconds(Seconds / 10);

    /// <summary>How long a warm round takes: half of the time for all of them.</summary>
    public TimeSpan WarmTime => TimeSpan.FromSeconds(Seconds / 2 / (2 * WarmRounds));

    /// <summary>How long a round of the sweep takes: a fifth of the time for all of them.</summary>
    public TimeSpan SweepTime => TimeSpan.FromSeconds(Seconds / 5 / (2 * SweepConnections.Count));

    /// <summary>How long the audit at the end takes: a tenth of the time.</summary>
    public TimeSpan AuditTime => TimeSpan.FromSeconds(Seconds / 10);
}
