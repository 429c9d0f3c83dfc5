using DaxProxy.Core.Items;

namespace DaxProxy.Core.Operations.Legacy;

/// <summary>One entry of AttributeUpdates as it was sent.</summary>
/// <param name="AttributeName">The top-level attribute; never a path.</param>
/// <param name="Action">What is done to it.</param>
/// <param name="Value">With what; null when absent.</param>
public sealed record AttributeValueUpdate(string AttributeName, AttributeAction Action, Decoded<AttributeValue>? Value);
