namespace DaxProxy.Core.Caching.Queries;

/// <summary>
/// What one write means to the pages of one place. It says so in names and bytes of keys, not in hashes of this process, so that another
/// process raises the same fences by it.
/// </summary>
/// <param name="IndexName">The index; null for the table itself.</param>
/// <param name="Change">What became of the item.</param>
public sealed record PageRaise(string? IndexName, PageChange Change)
{
    /// <summary>The partition key, in <see cref="Tables.KeyLayout"/>'s bytes; null where the partition is not known.</summary>
    public byte[]? Partition { get; init; }

    /// <summary>The sort key, in <see cref="Tables.KeyLayout"/>'s bytes, empty where there is none; null where it is not known.</summary>
    public byte[]? Position { get; init; }

    /// <summary>The top-level attributes that may have changed, of <see cref="PageChange.InPlace"/>.</summary>
    public IReadOnlyCollection<string> Names { get; init; } = [];

    /// <summary>Where a Scan meets the item (<see cref="QueryFences.ScanPlaceOf"/>); empty where that is not known.</summary>
    internal byte[] ScanPlace { get; init; } = [];

    /// <summary>Everything of an index, or of the table, may be other than it was.</summary>
    public static PageRaise Everything(string? indexName) => new(indexName, PageChange.Anything);
}
