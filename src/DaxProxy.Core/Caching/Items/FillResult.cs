using DaxProxy.Core.Caching.Fetching;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Caching.Items;

/// <summary>What came of a fetch, for all who wait for it.</summary>
/// <param name="Reply">What the backend answered; null if it did not.</param>
/// <param name="Stored">The entry in which that was kept; null if it was not.</param>
/// <param name="Ended">What is answered in its place, as the backend failed: an entry past the end of its life.</param>
/// <param name="Failure">In that case, what the backend did (<see cref="BackendFailure"/>).</param>
internal readonly record struct FillResult(Reply? Reply, CachedItem? Stored = null, CachedItem? Ended = null, string? Failure = null);
