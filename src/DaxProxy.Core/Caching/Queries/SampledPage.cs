using DaxProxy.Core.Caching.Items;

namespace DaxProxy.Core.Caching.Queries;

/// <summary>A page that was answered.</summary>
/// <param name="Plan">What was asked, with the request.</param>
/// <param name="Page">Its entry.</param>
internal sealed record SampledPage(PagePlan Plan, CachedPage Page) : SampledHit(Page);
