using DaxProxy.Core.Catalog;

namespace DaxProxy.Core.Caching.Queries;

/// <summary>Under which terms a page is asked for now.</summary>
/// <param name="Refusal">Why the answer will not be kept; null if it may be.</param>
/// <param name="IsConsistent">Whether it must be read consistently, as another read may miss a write that has ended.</param>
internal readonly record struct PageTerms(FillRefusal? Refusal, bool IsConsistent);
