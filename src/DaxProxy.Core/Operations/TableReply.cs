using DaxProxy.Core.Tables;

namespace DaxProxy.Core.Operations;

/// <summary>
/// Answer to an operation on a table: its description (<c>Table</c> of DescribeTable, <c>TableDescription</c> of all others).
/// </summary>
public sealed class TableReply(TableDescription table) : Reply
{
    /// <summary>The table.</summary>
    public TableDescription Table { get; } = table;

    /// <summary>The table's replicas in other regions; null for a table of one region.</summary>
    public IReadOnlyList<ReplicaDescription>? Replicas { get; init; }

    /// <summary>
    /// The description in JSON as a remote backend wrote it, with members that are not modelled here; null where the description says it
    /// all.
    /// </summary>
    public byte[]? Source { get; init; }
}
