namespace DaxProxy.Core.Catalog;

/// <summary>What the item cache did for one table since it was learnt. The figures are read one by one, not at one instant.</summary>
/// <param name="Hits">Reads answered with a cached item.</param>
/// <param name="NegativeHits">Reads answered with the cached absence of an item.</param>
/// <param name="Misses">Keys that had to be asked for.</param>
/// <param name="Stored">Entries stored, by fills and by writes.</param>
/// <param name="FillsRefusedWritten">Fetched items that were not stored, because the key was written while they were fetched.</param>
/// <param name="FillsRefusedInDoubt">Those because a write of the key was in flight, or one of unknown outcome might still arrive.</param>
/// <param name="DropsOverlapped">Entries dropped by writes that were not alone on their key.</param>
/// <param name="DropsSuspected">Those by writes whose refusal showed that the entry might be old.</param>
/// <param name="DropsUnreported">Those by writes whose result the backend did not tell.</param>
/// <param name="DropsUnknown">Those by writes of unknown outcome.</param>
/// <param name="Refreshes">Entries that were fetched again, because of a hit, before the end of their life.</param>
/// <param name="StaleHits">Keys answered after the end of their life, as the backend failed. Each was a miss before.</param>
/// <param name="EvictedForCapacity">Entries that gave way to others.</param>
/// <param name="EvictedByAge">Entries that reached the end of their life.</param>
/// <param name="Entries">
/// Entries held; those of an evicted table and those whose life has ended among them, until their room is needed.
/// </param>
/// <param name="Bytes">What those take of the budget.</param>
public sealed record TableStatistics(
    long Hits,
    long NegativeHits,
    long Misses,
    long Stored,
    long FillsRefusedWritten,
    long FillsRefusedInDoubt,
    long DropsOverlapped,
    long DropsSuspected,
    long DropsUnreported,
    long DropsUnknown,
    long Refreshes,
    long StaleHits,
    long EvictedForCapacity,
    long EvictedByAge,
    long Entries,
    long Bytes);
