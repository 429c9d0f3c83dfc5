namespace DaxProxy.Core.Tables;

/// <summary>The type of an attribute that some key uses.</summary>
/// <param name="AttributeName">Name of the attribute.</param>
/// <param name="AttributeType"><c>S</c>, <c>N</c> or <c>B</c>.</param>
public sealed record AttributeDefinition(string AttributeName, string AttributeType);
