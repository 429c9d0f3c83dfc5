namespace DaxProxy.Bench.Flood;

/// <summary>What a flood is to be.</summary>
internal sealed record FloodPlan
{
    /// <summary>Connections that send large requests, at once.</summary>
    public required int Connections { get; init; }

    /// <summary>Bytes of each of these requests.</summary>
    public required int BodyBytes { get; init; }

    /// <summary>How long each kind is sent.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>What the process may use of memory.</summary>
    public required long LimitBytes { get; init; }

    /// <summary>Only kinds with this in their name; empty for all.</summary>
    public required string Only { get; init; }
}
