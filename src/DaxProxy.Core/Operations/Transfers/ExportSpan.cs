namespace DaxProxy.Core.Operations.Transfers;

/// <summary>The span of time whose changes an export shows.</summary>
/// <param name="From">Its begin, which belongs to it; null where none was sent, which is refused.</param>
/// <param name="To">Its end, which does not belong to it; null for the latest there can be.</param>
/// <param name="View">What is shown of an item.</param>
public sealed record ExportSpan(DateTimeOffset? From, DateTimeOffset? To, ExportView View);
