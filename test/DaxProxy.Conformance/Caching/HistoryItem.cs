namespace DaxProxy.Conformance.Caching;

/// <summary>An item of the table that histories are about: a key, and what one write made of the rest.</summary>
/// <param name="Partition">Names its partition, <c>p</c>.</param>
/// <param name="Sort">Its sort key <c>s</c>, a digit.</param>
/// <param name="Version">The number of the write, <c>v</c>.</param>
/// <param name="Group">Its key in the global index, <c>g</c>.</param>
internal sealed record HistoryItem(int Partition, int Sort, int Version, string Group)
{
    /// <summary>Its sort key in the local index, <c>a</c>.</summary>
    public int Order => Version % 4;
}
