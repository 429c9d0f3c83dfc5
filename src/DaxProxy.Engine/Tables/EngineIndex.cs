using DaxProxy.Core.Tables;

namespace DaxProxy.Engine.Tables;

/// <summary>A secondary index of a table of the engine.</summary>
/// <param name="id">Its row in <c>indexes</c>.</param>
/// <param name="info">Its keys and projection.</param>
internal sealed class EngineIndex(long id, IndexInfo info)
{
    public long Id { get; } = id;

    public IndexInfo Info { get; } = info;

    /// <summary>Entries and bytes as of the last commit.</summary>
    public Totals Totals { get; } = new();
}
