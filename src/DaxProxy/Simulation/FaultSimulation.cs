using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using DaxProxy.Backends;
using DaxProxy.Core.Caching.Explaining;
using DaxProxy.Core.Catalog;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Policies;
using DaxProxy.Options;
using DaxProxy.Telemetry;

namespace DaxProxy.Simulation;

/// <summary>
/// Decides which requests have faults on purpose, by the rules of the options or of the admin port or by a request's own wish, and counts
/// them. The same for both wires.
/// </summary>
/// <remarks>Thread-safe. Off unless it was asked for, and says so in the log when it is on.</remarks>
internal sealed class FaultSimulation
{
    /// <summary>The header by which a request asks for faults, where <c>Simulation.Header</c> lets it.</summary>
    public const string Header = "x-daxproxy-simulate";

    /// <summary>Requests that ask for faults themselves are counted apart, so that they change no other's fate.</summary>
    private readonly RunningFaults asked;

    private readonly ConcurrentDictionary<(FaultKind Fault, string Verb), StrongBox> totals = new();
    private readonly IReadOnlyList<CacheLayer> caches;
    private readonly ResourceNames names;
    private readonly bool takesHeader;
    private readonly ILogger logger;
    private volatile RunningFaults? running;

    /// <summary>Simulates what the options ask for, and says so.</summary>
    /// <param name="options">Checked options.</param>
    /// <param name="caches">The caches of all regions; empty where there are none.</param>
    /// <param name="metrics">Where faults are shown.</param>
    /// <param name="logger">Where to log.</param>
    public FaultSimulation(ProxyOptions options, IReadOnlyList<CacheLayer> caches, Metrics metrics, ILogger logger)
    {
        SimulationOptions simulation = options.Simulation;
        (this.caches, this.logger, takesHeader) = (caches, logger, simulation.Header);
        names = new ResourceNames(options.Backend.EffectiveRegion, options.Auth.EffectiveAccountId, keepsOthers: false);
        _ = FaultRules.TryRead("", out FaultRules none);
        asked = new RunningFaults(none, simulation.Seed, onHits: true, isOfAdmin: false);
        metrics.Meter.CreateObservableCounter("daxproxy.simulated.faults", Observe, null, "Faults that requests had on purpose.");
        if (takesHeader)
        {
            Log.FaultsByHeader(logger, Header);
        }

        // They were checked with the options.
        _ = FaultRules.TryRead(simulation.Faults, out FaultRules rules);
        if (!rules.IsEmpty)
        {
            Set(new RunningFaults(rules, simulation.Seed, simulation.OnHits, isOfAdmin: false));
        }
    }

    /// <summary>The rules in force; null for none.</summary>
    public RunningFaults? Running => running;

    /// <summary>Whether requests may ask for faults.</summary>
    public bool TakesHeader => takesHeader;

    /// <summary>How often there was a fault since the start.</summary>
    public long Total(FaultKind fault) => totals.Where(total => total.Key.Fault == fault).Sum(total => total.Value.Read());

    /// <summary>Puts rules in the place of those in force; what they count begins at nothing. Null for none.</summary>
    public void Set(RunningFaults? rules)
    {
        RunningFaults? before = running;
        running = rules;
        foreach (CacheLayer caching in caches)
        {
            caching.SeesAllReads = rules?.OnHits == true;
        }

        if (rules is not null)
        {
            Log.FaultsSimulated(logger, rules.Rules.Text);
        }
        else if (before is not null)
        {
            Log.FaultsEnded(logger);
        }
    }

    /// <summary>What is to go wrong with a request; null for nothing.</summary>
    /// <param name="operation">The request.</param>
    /// <param name="caching">The caches that may answer it; null where there are none.</param>
    public FaultPlan? PlanFor(Operation operation, CacheLayer? caching)
    {
        if (operation.Faults is { } wish)
        {
            return Draw(asked, wish, TableOf(operation, static _ => true) ?? "", operation.Name);
        }

        if (running is not { } rules)
        {
            return null;
        }

        SimulatedFaults? found = null;
        string? table = TableOf(operation, name => (found = rules.Rules.Find(name, operation.Name)) is not null);
        table ??= (found = rules.Rules.Find("", operation.Name)) is not null ? "" : null;
        return table is null || (!rules.OnHits && IsHit(operation, caching)) ? null : Draw(rules, found!, table, operation.Name);
    }

    /// <summary>Counts a fault that a request has.</summary>
    public void Count(FaultPlan plan, FaultKind fault)
    {
        plan.Counts.Count(fault);
        totals.GetOrAdd((fault, plan.Counts.Verb), static _ => new StrongBox()).Increment();
    }

    /// <summary>The resource name of a table.</summary>
    public string ArnOf(string table) => names.Table(table);

    /// <summary>
    /// The first table of a request that fits, by its name; null for none. A request that is passed on as it is names those it changes.
    /// </summary>
    private static string? TableOf(Operation operation, Predicate<string> fits)
    {
        IReadOnlyList<string> named = operation.TableNames is { Count: > 0 } tables ? tables : operation.ChangedTables ?? [];
        return named.Select(TableCatalog.PlainName).FirstOrDefault(name => fits(name));
    }

    private static FaultPlan Draw(RunningFaults rules, SimulatedFaults faults, string table, string verb)
    {
        FaultCounts counts = rules.Of(table, verb);
        return new FaultPlan(table, faults, new FaultDraw(rules.Seed, table, verb, counts.Next()), counts);
    }

    /// <summary>Whether a cache would answer a request now.</summary>
    private static bool IsHit(Operation operation, CacheLayer? caching) =>
        caching?.Backend.Foresee(operation)?.Answer == ForecastAnswer.Hit;

    private IEnumerable<Measurement<long>> Observe() => totals.Select(total => new Measurement<long>(
        total.Value.Read(),
        new KeyValuePair<string, object?>("fault", FaultKinds.NameOf(total.Key.Fault)),
        new("operation", total.Key.Verb)));

    private sealed class StrongBox
    {
        private long count;

        public void Increment() => Interlocked.Increment(ref count);

        public long Read() => Volatile.Read(ref count);
    }
}
