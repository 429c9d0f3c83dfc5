namespace DaxProxy.Capacity;

/// <summary>A request of a simulated load, for one table. Immutable.</summary>
/// <param name="At">When it comes, from the beginning of the load; never before the one in front of it.</param>
/// <param name="Table">Number of the table.</param>
/// <param name="Kind">What it does.</param>
/// <param name="Items">The items; of a page one that stands for all that it reads.</param>
internal sealed record CapacityRequest(TimeSpan At, int Table, CapacityKind Kind, IReadOnlyList<CapacityItem> Items)
{
    /// <summary>Whether it passes the caches and costs twice.</summary>
    public bool IsConsistent { get; init; }

    /// <summary>Whether its items are read or written as a transaction, which costs twice and passes the caches.</summary>
    public bool IsTransaction { get; init; }

    /// <summary>What makes a page another one, when it is written; of writes, what they change. Numbers without a meaning.</summary>
    public IReadOnlyList<ulong> Scopes { get; init; } = [];
}
