namespace DaxProxy.Recording;

/// <summary>A request of a trace, as far as it is about one table. Immutable. No key or value of an item can be told from it.</summary>
/// <param name="At">When it came, from the beginning of the recording.</param>
/// <param name="Operation">DynamoDB's name of the verb.</param>
/// <param name="Table">Name of the table.</param>
internal sealed record TraceRecord(TimeSpan At, string Operation, string Table)
{
    /// <summary>Hashes of the keys of the items; empty for Query and Scan.</summary>
    public IReadOnlyList<string> Keys { get; init; } = [];

    /// <summary>
    /// Hashes of the partitions of <see cref="Keys"/>, in the same order; empty where the table has no sort key, so that each item is a
    /// partition. Of a Query the one that it reads, of a Scan none.
    /// </summary>
    public IReadOnlyList<string> Partitions { get; init; } = [];

    /// <summary>Hash of what a Query or Scan asks for; null for all others.</summary>
    public string? Page { get; init; }

    /// <summary>How many items were read or written.</summary>
    public int Items { get; init; }

    /// <summary>How many bytes they have as DynamoDB counts them; those that are known, of writes.</summary>
    public long Bytes { get; init; }

    /// <summary>Whether it was to be consistent.</summary>
    public bool IsConsistent { get; init; }

    /// <summary>Whether a cache answered it.</summary>
    public bool IsHit { get; init; }
}
