using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Caching.Fetching;

/// <summary>What came of a fetch, for all who wait for it.</summary>
/// <param name="Reply">What the backend answered; null if it did not.</param>
/// <param name="Entry">
/// The entry in which that was kept, null if it was not; or, after a failure, the stale entry to be answered in its place, null for none.
/// </param>
/// <param name="Failure">What the backend did if it failed (<see cref="BackendFailure"/>); otherwise null.</param>
internal readonly record struct FetchResult<TEntry>(Reply? Reply, TEntry? Entry, string? Failure = null)
    where TEntry : class
{
    /// <summary>The stale entry to be answered; null where there is an answer of the backend.</summary>
    public TEntry? Stale => Failure is null ? null : Entry;
}
