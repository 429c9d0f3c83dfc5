using DaxProxy.Core.Caching.Fetching;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Caching.Queries;

/// <summary>What came of the fetch of a page, for all who wait for it.</summary>
/// <param name="Reply">What the backend answered; null if it did not.</param>
/// <param name="Page">The page that was made of it; or, after a failure, one past the end of its life to be answered in its place.</param>
/// <param name="Failure">What the backend did if it failed (<see cref="BackendFailure"/>); otherwise null.</param>
internal readonly record struct FetchResult(Reply? Reply, CachedPage? Page, string? Failure = null);
