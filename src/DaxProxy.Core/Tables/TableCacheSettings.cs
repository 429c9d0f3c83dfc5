namespace DaxProxy.Core.Tables;

/// <summary>How items of one table are cached.</summary>
/// <param name="Enabled">Whether they are cached at all.</param>
/// <param name="TimeToLive">Longest life of a cached item; zero for one without end.</param>
/// <param name="NegativeTimeToLive">Longest life of the knowledge that there is no item; zero when it is not kept.</param>
public sealed record TableCacheSettings(bool Enabled, TimeSpan TimeToLive, TimeSpan NegativeTimeToLive);
