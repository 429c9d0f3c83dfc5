using DaxProxy.Engine.Storage;

namespace DaxProxy.Engine.Backups;

/// <summary>A page of what a table was.</summary>
/// <param name="Rows">What it found.</param>
/// <param name="Last">Where the next page begins; null at the end.</param>
internal sealed record HistoryPage<TRow>(IReadOnlyList<TRow> Rows, RowKey? Last);
