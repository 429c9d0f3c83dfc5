using DaxProxy.Core.Tables;

namespace DaxProxy.Engine.Catalog;

/// <summary>A secondary index of a table of the engine.</summary>
/// <param name="id">Its row in <c>indexes</c>.</param>
/// <param name="info">Its keys and projection.</param>
/// <param name="isReady">Whether it holds every item it should: false while a new index is filled from the table.</param>
/// <param name="totals">Its totals, where the index is not new.</param>
internal sealed class EngineIndex(long id, IndexInfo info, bool isReady, Totals? totals = null)
{
    public long Id { get; } = id;

    public IndexInfo Info { get; } = info;

    /// <summary>Whether it can be read. Writes keep it in step from the start.</summary>
    public bool IsReady { get; } = isReady;

    /// <summary>Entries and bytes as of the last commit; zero until the index is ready.</summary>
    public Totals Totals { get; } = totals ?? new Totals();
}
