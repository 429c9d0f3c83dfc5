using DaxProxy.Core.Items;

namespace DaxProxy.Core.Operations;

/// <summary>The collection of items that share a partition key.</summary>
/// <param name="ItemCollectionKey">The partition key, one attribute.</param>
/// <param name="LowerGigabytes">Whole gigabytes below the estimate.</param>
/// <param name="UpperGigabytes">Whole gigabytes above the estimate.</param>
public sealed record ItemCollectionMetrics(AttributeMap ItemCollectionKey, int LowerGigabytes, int UpperGigabytes);
