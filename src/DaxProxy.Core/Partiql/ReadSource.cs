using DaxProxy.Core.Tables;

namespace DaxProxy.Core.Partiql;

/// <summary>What a SELECT reads: a table, or one of its indexes with keys of single attributes.</summary>
internal sealed class ReadSource
{
    public ReadSource(TableInfo table, IndexInfo? index)
    {
        Table = table;
        Index = index;
        HashName = index?.Hash[0].Name ?? table.KeySchema.HashName;
        RangeName = index is null ? table.KeySchema.RangeName : index.Range.Count == 0 ? null : index.Range[0].Name;
    }

    public TableInfo Table { get; }

    /// <summary>The index; null for the table itself.</summary>
    public IndexInfo? Index { get; }

    /// <summary>Partition key of what is read.</summary>
    public string HashName { get; }

    /// <summary>Sort key of what is read; null when there is none.</summary>
    public string? RangeName { get; }

    /// <summary>Whether an attribute is part of the key of what is read.</summary>
    public bool IsKey(string name) => name == HashName || name == RangeName;

    /// <summary>Whether entries hold an attribute of their items.</summary>
    public bool Holds(string name) => Index is null
        || Index.ProjectsAll
        || Table.KeySchema.Contains(name)
        || IsKey(name)
        || Index.Projection.Includes(name);
}
