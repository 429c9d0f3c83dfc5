using DaxProxy.Engine.Backups;
using DaxProxy.Engine.Storage;

namespace DaxProxy.Engine.Exports;

/// <summary>Holds states of tables for exports, reads them, and lets go of them.</summary>
/// <remarks>Tables are known by number here: a held state can be read also after the catalog has changed.</remarks>
internal sealed class ExportSources(SessionPool sessions, WriteQueue writes, ItemHistory history)
{
    /// <summary>Holds what is to be read, of a table whose past is kept.</summary>
    /// <param name="session">The writer's session.</param>
    /// <param name="tableId">The table.</param>
    /// <param name="from">Stamp of the last change before those that are read; null for a state.</param>
    /// <param name="to">Stamp of the last change that belongs to what is read.</param>
    public ExportSource Hold(Session session, long tableId, long? from, long to) =>
        new(sessions, Holds.Begin(session, tableId, from ?? to), tableId, from, to);

    /// <summary>Lets go of it.</summary>
    public async Task EndAsync(ExportSource source)
    {
        await writes.RunAsync(
            session =>
            {
                Holds.End(session, source.HoldId, source.TableId);
                return ItemHistory.IsWanted(session, source.TableId);
            },
            isWanted => history.Show(source.TableId, isWanted)).ConfigureAwait(false);
        await DroppedRows.RemoveAllAsync(writes).ConfigureAwait(false);
    }
}
