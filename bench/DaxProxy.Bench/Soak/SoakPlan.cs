namespace DaxProxy.Bench.Soak;

/// <summary>What a run of <c>soak</c> does.</summary>
internal sealed record SoakPlan
{
    /// <summary>How long the load goes on.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Time between two samples.</summary>
    public required TimeSpan Every { get; init; }

    /// <summary>Connections, each with items of its own.</summary>
    public required int Connections { get; init; }

    /// <summary>Whether the item cache is off.</summary>
    public required bool NoCache { get; init; }

    /// <summary>Whether the table has no stream. With one the store grows for a day, which is as long as its records are kept.</summary>
    public required bool NoStream { get; init; }
}
