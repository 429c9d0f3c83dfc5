using System.Text.Json.Serialization;
using DaxProxy.Telemetry;

namespace DaxProxy.Report;

/// <summary>What a round brought: the load on one target for a while. Immutable.</summary>
internal sealed record Round
{
    /// <summary>The part of the measurement that it belongs to.</summary>
    public required Phase Phase { get; init; }

    /// <summary>Whether it went through the proxy.</summary>
    public required bool IsProxied { get; init; }

    /// <summary>Its number in its phase, from 0; the same for the two that belong together.</summary>
    public required int Index { get; init; }

    /// <summary>On how many connections.</summary>
    public required int Connections { get; init; }

    /// <summary>How long it was to take.</summary>
    public required double Seconds { get; init; }

    /// <summary>Cores that this process used meanwhile: what the load itself costs.</summary>
    public required double ClientCores { get; init; }

    /// <summary>Replies a second, errors included.</summary>
    public required double PerSecond { get; init; }

    /// <summary>How long requests took that succeeded, by <see cref="RequestKind"/>.</summary>
    public required IReadOnlyList<LatencySnapshot> Latency { get; init; }

    /// <summary>Reads and scans answered in each equal part of its time.</summary>
    public required IReadOnlyList<long> ReadsOfSlice { get; init; }

    /// <summary>Those of them that the cache answered.</summary>
    public required IReadOnlyList<long> HitsOfSlice { get; init; }

    /// <summary>Read request units that its reads and scans take of DynamoDB when no cache answers.</summary>
    public required double ReadUnits { get; init; }

    /// <summary>Those of them that the cache saved.</summary>
    public required double ReadUnitsOfHits { get; init; }

    /// <summary>Write request units of its writes.</summary>
    public required double WriteUnits { get; init; }

    /// <summary>Replies to reads and scans without what was asked for.</summary>
    public required long Wrong { get; init; }

    /// <summary>Requests that failed, by the name of the error.</summary>
    public required IReadOnlyDictionary<string, long> Errors { get; init; }

    /// <summary>Reads and scans answered.</summary>
    [JsonIgnore]
    public long Reads => ReadsOfSlice.Sum();

    /// <summary>Those of them that the cache answered.</summary>
    [JsonIgnore]
    public long Hits => HitsOfSlice.Sum();

    /// <summary>Their share; 0 where there were no reads.</summary>
    [JsonIgnore]
    public double HitRatio => (double)Hits / Math.Max(1, Reads);

    /// <summary>Requests that succeeded.</summary>
    [JsonIgnore]
    public long Answered => Latency.Sum(kind => kind.Count);
}
