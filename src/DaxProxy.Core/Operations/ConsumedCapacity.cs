namespace DaxProxy.Core.Operations;

/// <summary>Capacity units one request consumed on one table.</summary>
/// <param name="TableName">The table's plain name.</param>
/// <param name="TableUnits">Share of the table itself, in read or write units (multiples of 0.5).</param>
/// <param name="LocalIndexUnits">Shares of the local secondary indexes that took part, by name; null when none did.</param>
/// <param name="GlobalIndexUnits">Shares of the global secondary indexes that took part, by name; null when none did.</param>
public sealed record ConsumedCapacity(
    string TableName,
    double TableUnits,
    IReadOnlyDictionary<string, double>? LocalIndexUnits = null,
    IReadOnlyDictionary<string, double>? GlobalIndexUnits = null)
{
    /// <summary>Whether the shares are rendered beside the sum (<see cref="ReturnConsumedCapacity.INDEXES"/>).</summary>
    public bool ShowShares { get; init; }

    /// <summary>
    /// <c>ReadCapacityUnits</c> or <c>WriteCapacityUnits</c>, the name under which transactions repeat the units; null for everything else.
    /// </summary>
    public string? SplitMember { get; init; }

    /// <summary>
    /// Bytes written to the vector indexes that took part, by name; null when none did. They are no units, so no sum has them.
    /// </summary>
    public IReadOnlyDictionary<string, double>? VectorIndexBytes { get; init; }

    /// <summary>The sum of all shares.</summary>
    public double TotalUnits => TableUnits + Sum(LocalIndexUnits) + Sum(GlobalIndexUnits);

    /// <summary>What a reply carries for a caller that asked for <paramref name="detail"/>: this, or null for nothing.</summary>
    public ConsumedCapacity? Shown(ReturnConsumedCapacity detail) => detail switch
    {
        ReturnConsumedCapacity.NONE => null,
        ReturnConsumedCapacity.TOTAL => this,
        _ => this with { ShowShares = true },
    };

    /// <summary>The sum of several consumptions of one table, shown as the first of them is.</summary>
    public static ConsumedCapacity Sum(IReadOnlyList<ConsumedCapacity> parts) => parts[0] with
    {
        TableUnits = parts.Sum(part => part.TableUnits),
        LocalIndexUnits = Sum(parts.Select(part => part.LocalIndexUnits)),
        GlobalIndexUnits = Sum(parts.Select(part => part.GlobalIndexUnits)),
        VectorIndexBytes = Sum(parts.Select(part => part.VectorIndexBytes)),
    };

    /// <summary>What a consistent read of items would have consumed had it been eventually consistent.</summary>
    public ConsumedCapacity Halved() => this with
    {
        TableUnits = TableUnits / 2,
        LocalIndexUnits = LocalIndexUnits?.ToDictionary(share => share.Key, share => share.Value / 2, StringComparer.Ordinal),
    };

    private static Dictionary<string, double>? Sum(IEnumerable<IReadOnlyDictionary<string, double>?> shares)
    {
        Dictionary<string, double> sum = shares.SelectMany(share => share ?? new Dictionary<string, double>())
            .GroupBy(share => share.Key).ToDictionary(share => share.Key, share => share.Sum(pair => pair.Value), StringComparer.Ordinal);
        return sum.Count == 0 ? null : sum;
    }

    private static double Sum(IReadOnlyDictionary<string, double>? units) => units?.Values.Sum() ?? 0;
}
