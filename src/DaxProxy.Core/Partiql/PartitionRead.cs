using DaxProxy.Core.Expressions;
using DaxProxy.Core.Items;

namespace DaxProxy.Core.Partiql;

/// <summary>One partition of a SELECT.</summary>
/// <param name="Hash">Its key.</param>
/// <param name="Range">What the sort key is restricted to; null for nothing.</param>
/// <param name="Filter">What else must hold; null for nothing.</param>
internal sealed record PartitionRead(AttributeValue Hash, KeyCondition? Range, ConditionNode? Filter);
