using DaxProxy.Core.Items;

namespace DaxProxy.Core.Operations.Legacy;

/// <summary>One entry of KeyConditions, QueryFilter or ScanFilter as it was sent.</summary>
/// <param name="AttributeName">The top-level attribute; never a path.</param>
/// <param name="Comparison">How it is compared.</param>
/// <param name="Values">What it is compared with; empty when absent.</param>
public sealed record AttributeCondition(
    string AttributeName, ComparisonOperator Comparison, IReadOnlyList<Decoded<AttributeValue>> Values);
