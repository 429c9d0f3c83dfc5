using System.Collections.Concurrent;
using DaxProxy.Core.Catalog;
using DaxProxy.Options;
using DaxProxy.Telemetry;

namespace DaxProxy.Simulation;

/// <summary>Rules that are in force, and what was counted since they are. Thread-safe.</summary>
/// <param name="rules">The rules.</param>
/// <param name="seed">What faults are drawn by.</param>
/// <param name="onHits">Whether reads that a cache answers have faults too.</param>
/// <param name="isOfAdmin">Whether the admin port has set them; otherwise the options have.</param>
internal sealed class RunningFaults(FaultRules rules, int seed, bool onHits, bool isOfAdmin)
{
    private readonly ConcurrentDictionary<(string Table, string Verb), FaultCounts> counts = new();

    /// <summary>The rules.</summary>
    public FaultRules Rules { get; } = rules;

    /// <summary>What faults are drawn by.</summary>
    public int Seed { get; } = seed;

    /// <summary>Whether reads that a cache answers have faults too.</summary>
    public bool OnHits { get; } = onHits;

    /// <summary>Whether the admin port has set them; otherwise the options have.</summary>
    public bool IsOfAdmin { get; } = isOfAdmin;

    /// <summary>What was counted, by table and verb.</summary>
    public IEnumerable<FaultCounts> Counts =>
        counts.Values.OrderBy(one => one.Table, StringComparer.Ordinal).ThenBy(one => one.Verb, StringComparer.Ordinal);

    /// <summary>
    /// What is counted of a table and verb. Clients may name any tables: beyond as many as the catalogue knows they share one count.
    /// </summary>
    public FaultCounts Of(string table, string verb) =>
        counts.TryGetValue((table, verb), out FaultCounts? known) ? known
        : counts.Count < TableCatalog.MaxTables ? Make(table, verb)
        : Make(TableLabels.Others, verb);

    private FaultCounts Make(string table, string verb) =>
        counts.GetOrAdd((table, verb), static key => new FaultCounts(key.Table, key.Verb));
}
