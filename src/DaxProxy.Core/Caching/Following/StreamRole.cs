namespace DaxProxy.Core.Caching.Following;

/// <summary>What a process is to a table's stream.</summary>
/// <param name="IsReader">Whether it is to read it, until it is told otherwise.</param>
/// <param name="IsNew">Whether it was not the reader before, so that it goes on from <paramref name="Place"/>.</param>
/// <param name="Place">What the last reader has reached; null where that is not known.</param>
/// <param name="Age">How long ago, when this was asked, the state was that the caches are not behind; null where that is not known.</param>
public readonly record struct StreamRole(bool IsReader, bool IsNew, string? Place, TimeSpan? Age);
