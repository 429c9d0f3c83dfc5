namespace DaxProxy.Core.Caching;

/// <summary>What a cache did for one table since the start, and what it holds of it now.</summary>
/// <param name="TableName">Name of the table.</param>
/// <param name="Hits">Reads answered, absences included.</param>
/// <param name="Misses">Reads passed on.</param>
/// <param name="Evictions">Entries dropped to make room.</param>
/// <param name="Entries">Entries held.</param>
/// <param name="SizeBytes">Bytes charged for them.</param>
public sealed record TableCacheFigures(string TableName, long Hits, long Misses, long Evictions, long Entries, long SizeBytes);
