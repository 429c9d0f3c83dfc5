using DaxProxy.Core.Items;

namespace DaxProxy.Core.Operations;

/// <summary>The collection of items that share a partition key.</summary>
/// <param name="ItemCollectionKey">The partition key, one attribute.</param>
/// <param name="LowerGigabytes">Gigabytes below the estimate; whole ones, unless a remote backend says otherwise.</param>
/// <param name="UpperGigabytes">Gigabytes above the estimate.</param>
public sealed record ItemCollectionMetrics(AttributeMap ItemCollectionKey, double LowerGigabytes, double UpperGigabytes);
