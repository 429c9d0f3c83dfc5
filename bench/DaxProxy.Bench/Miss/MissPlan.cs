namespace DaxProxy.Bench.Miss;

/// <summary>What a run of <c>miss</c> measures and how.</summary>
internal sealed record MissPlan
{
    /// <summary>Requests of a round, each for another item.</summary>
    public required int Requests { get; init; }

    /// <summary>Rounds of each way and concurrency.</summary>
    public required int Rounds { get; init; }

    /// <summary>Bytes of an item as DynamoDB counts them.</summary>
    public required int ItemBytes { get; init; }
}
