using System.Collections.ObjectModel;

namespace DaxProxy.Options;

/// <summary>
/// Everything that can be configured, one record per section. Immutable; made by <see cref="OptionsLoader"/>, checked before use.
/// </summary>
[OptionSections]
internal sealed record ProxyOptions
{
    /// <summary>Where the process listens and what it takes from a connection.</summary>
    public ListenOptions Listen { get; init; } = new();

    /// <summary>Who may use the admin port.</summary>
    public AdminOptions Admin { get; init; } = new();

    /// <summary>The DAX protocol.</summary>
    public DaxOptions Dax { get; init; } = new();

    /// <summary>What answers an operation that no cache answers.</summary>
    public BackendOptions Backend { get; init; } = new();

    /// <summary>How a remote backend that is slow, busy or gone is dealt with.</summary>
    public ResilienceOptions Resilience { get; init; } = new();

    /// <summary>The cache of items.</summary>
    public ItemCacheOptions ItemCache { get; init; } = new();

    /// <summary>The cache of answers to Query and Scan.</summary>
    public QueryCacheOptions QueryCache { get; init; } = new();

    /// <summary>Other proxies in front of the same backend.</summary>
    public GroupOptions Group { get; init; } = new();

    /// <summary>What differs for single tables and indexes: rules by <see cref="TablePattern"/>. Default none.</summary>
    public IReadOnlyDictionary<string, TableOptions> Tables { get; init; } = ReadOnlyDictionary<string, TableOptions>.Empty;

    /// <summary>Who may call.</summary>
    public AuthOptions Auth { get; init; } = new();

    /// <summary>Whether the item cache is right, by reading again.</summary>
    public AuditorOptions Auditor { get; init; } = new();

    /// <summary>What is written down of who did what.</summary>
    public AuditOptions Audit { get; init; } = new();

    /// <summary>What the service charges.</summary>
    public PricesOptions Prices { get; init; } = new();

    /// <summary>Faults on purpose.</summary>
    public SimulationOptions Simulation { get; init; } = new();

    /// <summary>What the process tells about itself.</summary>
    public TelemetryOptions Telemetry { get; init; } = new();

    /// <summary>
    /// How long a write that was given up may still arrive: at the local engine a moment, at a remote one as long as another proxy on the
    /// way, if it is configured like this one, may go on with it; but not less where clients are impatient, as the network does not know.
    /// </summary>
    public TimeSpan DoubtWindow => Backend.Kind == BackendKind.Local ? TimeSpan.FromSeconds(2)
        : Resilience.TimeBudget > ShortestDoubt ? Resilience.TimeBudget : ShortestDoubt;

    /// <summary>
    /// What a connection that was closed may still deliver of its buffers when packets are lost: several repetitions of a packet, as TCP
    /// spaces them.
    /// </summary>
    private static TimeSpan ShortestDoubt => TimeSpan.FromSeconds(25);
}
