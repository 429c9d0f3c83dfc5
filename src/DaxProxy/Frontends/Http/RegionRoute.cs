using DaxProxy.Backends;
using DaxProxy.Core;
using DaxProxy.Policies;

namespace DaxProxy.Frontends.Http;

/// <summary>What answers requests for one region, or all requests where there is but one.</summary>
/// <param name="Region">The region; null where there is but one.</param>
/// <param name="Backend">What answers operations.</param>
/// <param name="Caching">The caches; null when there are none.</param>
/// <param name="Policies">What says who may do what; null where every caller may do everything.</param>
internal sealed record RegionRoute(string? Region, IDynamoBackend Backend, CacheLayer? Caching, Authorizer? Policies)
{
    /// <summary>The caches that plain reads are looked for in before they are decoded; null for none.</summary>
    public CacheLayer? Peek { get; } = Caching is { IsPeeking: true } ? Caching : null;
}
