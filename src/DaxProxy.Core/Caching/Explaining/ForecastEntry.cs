namespace DaxProxy.Core.Caching.Explaining;

/// <summary>An entry of a cache that a request would be answered from.</summary>
/// <param name="Kind"><c>item</c>, <c>absence</c> (the knowledge that there is no item) or <c>page</c>.</param>
/// <param name="Age">How long ago it was stored.</param>
/// <param name="Left">How much longer it lives; null for one without end.</param>
/// <param name="Bytes">What it takes of the cache's budget.</param>
/// <param name="EndedBy">What would end it before its time, in words.</param>
public sealed record ForecastEntry(string Kind, TimeSpan Age, TimeSpan? Left, int Bytes, IReadOnlyList<string> EndedBy);
