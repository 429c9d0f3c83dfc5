using DaxProxy.Core.Items;

namespace DaxProxy.Core.Caching.HotKeys;

/// <summary>One of the keys or queries that are read most. The figures are estimates.</summary>
/// <param name="TableName">The table.</param>
/// <param name="IndexName">The index; null for the table itself.</param>
/// <param name="Operation"><c>GetItem</c>, as for all reads by key, <c>Query</c> or <c>Scan</c>.</param>
/// <param name="Key">The key of an item, or the partition of a Query; null for a Scan.</param>
/// <param name="Hash">What tells it from others, also where the key is not to be shown; another one in each process.</param>
public sealed record HotRead(string TableName, string? IndexName, string Operation, AttributeMap? Key, ulong Hash)
{
    /// <summary>How often it is read in a second; too low by no more than what sampling misses and half a read a minute.</summary>
    public double ReadsPerSecond { get; init; }

    /// <summary>The same, surely not too high but for what sampling misses.</summary>
    public double LeastReadsPerSecond { get; init; }

    /// <summary>The share of all reads of its kind: 0 to 1.</summary>
    public double Share { get; init; }
}
