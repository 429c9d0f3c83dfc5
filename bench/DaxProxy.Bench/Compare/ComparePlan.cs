namespace DaxProxy.Bench.Compare;

/// <summary>What a run of <c>compare</c> measures and how.</summary>
internal sealed record ComparePlan
{
    /// <summary>Connections, each with one request under way.</summary>
    public required int Connections { get; init; }

    /// <summary>Length of a round of one server.</summary>
    public required double Seconds { get; init; }

    /// <summary>Rounds of each server and operation.</summary>
    public required int Rounds { get; init; }

    /// <summary>Bytes of an item as DynamoDB counts them.</summary>
    public required int ItemBytes { get; init; }

    /// <summary>Different items that are asked for, or written, in turn.</summary>
    public required int Items { get; init; }
}
