namespace DaxProxy.Core.Caching.Following;

/// <summary>How the caches stand to the stream of one table.</summary>
/// <param name="TableName">The table.</param>
/// <param name="IsReader">Whether this process reads the stream; another member of its group may.</param>
/// <param name="IsFresh">Whether what is cached of the table may be answered now.</param>
/// <param name="Lag">How far behind the stream's table the caches are at most; null where that was never known.</param>
/// <param name="Shards">How many shards this process reads.</param>
/// <param name="Records">How many records this process has read.</param>
/// <param name="Gaps">How often it could not go on where it was, so that what was cached was dropped.</param>
/// <param name="Fault">Why it does not read.</param>
/// <param name="FaultCode">The name of the error that the backend gave; null for none.</param>
public sealed record StreamFollowerStatus(
    string TableName,
    bool IsReader,
    bool IsFresh,
    TimeSpan? Lag,
    int Shards,
    long Records,
    long Gaps,
    StreamFault Fault,
    string? FaultCode);
