using DaxProxy.Core.Items;

namespace DaxProxy.Core.Operations.Legacy;

/// <summary>One entry of Expected as it was sent: <c>Exists</c> and <c>Value</c>, or a comparison with values.</summary>
/// <param name="AttributeName">The top-level attribute; never a path.</param>
/// <param name="Value">The single value; null when absent.</param>
/// <param name="Exists">Whether the attribute must be there; null when absent, which means that it must.</param>
/// <param name="Comparison">How it is compared; null when absent.</param>
/// <param name="Values">The <c>AttributeValueList</c>; null when absent.</param>
public sealed record ExpectedAttributeValue(
    string AttributeName,
    Decoded<AttributeValue>? Value,
    bool? Exists,
    ComparisonOperator? Comparison,
    IReadOnlyList<Decoded<AttributeValue>>? Values);
