namespace DaxProxy.Bench.Soak;

/// <summary>What a run of <c>dax-soak</c> does; what is zero is left out.</summary>
internal sealed record DaxSoakPlan
{
    /// <summary>How long the readers read.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Readers, each with a connection of its own.</summary>
    public required int Readers { get; init; }

    /// <summary>Connections that are held without a request.</summary>
    public required int Idle { get; init; }

    /// <summary>Different names of attributes, each in an item that is written and read.</summary>
    public required int Names { get; init; }

    /// <summary>Time between two samples of the server.</summary>
    public required TimeSpan Every { get; init; }
}
