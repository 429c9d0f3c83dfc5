using DaxProxy.Engine.Storage;

namespace DaxProxy.Engine.Catalog;

/// <summary>
/// The only way from a table's name to its rows for a reader. What is read belongs to the tables as they were found: where one of them was
/// changed or dropped meanwhile, the read is made again with what there is now.
/// </summary>
/// <remarks>
/// Thread-safe. Why a look afterwards is enough: the writer's thread shows a change of a table in the catalog after its commit and before
/// the next group begins, and what it drops is removed by later groups only. So while the catalog shows the table that was found, no state
/// of the store that was read lacks any of its rows, and every write in that state knew all of its indexes.
/// </remarks>
internal sealed class TableReads(EngineCatalog catalog, SessionPool sessions)
{
    /// <summary>A read, from the names of tables to the answer. May run more than once.</summary>
    /// <param name="scope">Finds tables and reads rows.</param>
    /// <param name="state">What the read needs.</param>
    public delegate TResult TableRead<in TState, out TResult>(ref ReadScope scope, TState state);

    /// <summary>Makes a read on this thread.</summary>
    public TResult Run<TState, TResult>(TState state, TableRead<TState, TResult> read)
    {
        while (true)
        {
            ReadScope scope = new(catalog, sessions);
            TResult result = read(ref scope, state);
            if (scope.IsCurrent)
            {
                return result;
            }
        }
    }
}
