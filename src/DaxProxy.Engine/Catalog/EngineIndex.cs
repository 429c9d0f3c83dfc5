using DaxProxy.Core.Tables;

namespace DaxProxy.Engine.Catalog;

/// <summary>A secondary index of a table of the engine.</summary>
/// <param name="id">Its row in <c>indexes</c>.</param>
/// <param name="info">Its keys and projection.</param>
/// <param name="isReady">Whether it holds every item it should.</param>
/// <param name="totals">Its totals, where the index is not new.</param>
internal sealed class EngineIndex(long id, IndexInfo info, bool isReady, Totals? totals = null)
    : StoredIndex(id, info.IndexName, isReady, totals)
{
    public IndexInfo Info { get; } = info;
}
