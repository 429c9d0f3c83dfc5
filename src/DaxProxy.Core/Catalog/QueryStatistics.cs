namespace DaxProxy.Core.Catalog;

/// <summary>What the query cache did for one table since it was learnt. The figures are read one by one, not at one instant.</summary>
/// <param name="Hits">Queries and scans answered with a cached page.</param>
/// <param name="HitsPastWrites">Those of them for which writes to the same fence were found to lie outside the page.</param>
/// <param name="MissesAbsent">Requests whose page was not there.</param>
/// <param name="MissesWritten">Requests whose page had been written to.</param>
/// <param name="MissesForgotten">Requests whose page had seen more writes than its fence remembers.</param>
/// <param name="Stored">Pages stored.</param>
/// <param name="FillsRefusedWritten">Pages that were not stored, because they were written to meanwhile.</param>
/// <param name="FillsRefusedInDoubt">Pages that were not stored, because a write of unknown outcome might still arrive.</param>
/// <param name="FillsRefusedUnsettled">Pages that were not stored, because their index might not have caught up with its table.</param>
/// <param name="Refreshes">Pages that were fetched again, because of a hit, before the end of their life.</param>
/// <param name="StaleHits">Requests answered with a page past the end of its life, as the backend failed. Each was a miss before.</param>
/// <param name="EvictedForCapacity">Pages that gave way to others.</param>
/// <param name="EvictedByAge">Pages that reached the end of their life.</param>
/// <param name="Entries">Pages held.</param>
/// <param name="Bytes">Estimated bytes of those.</param>
public sealed record QueryStatistics(
    long Hits,
    long HitsPastWrites,
    long MissesAbsent,
    long MissesWritten,
    long MissesForgotten,
    long Stored,
    long FillsRefusedWritten,
    long FillsRefusedInDoubt,
    long FillsRefusedUnsettled,
    long Refreshes,
    long StaleHits,
    long EvictedForCapacity,
    long EvictedByAge,
    long Entries,
    long Bytes);
