using DaxProxy.Engine.Catalog;

namespace DaxProxy.Engine.Exports;

/// <summary>The states of tables that can be read as they were at one time. Who keeps past ones stands behind this.</summary>
internal interface ITableStates
{
    /// <summary>Opens the state of a table.</summary>
    /// <param name="table">The table.</param>
    /// <param name="at">The time; null for the present.</param>
    /// <returns>Null when that state is not kept, or has not come.</returns>
    TableState? TryOpen(EngineTable table, DateTimeOffset? at);
}
