namespace DaxProxy.Core.Tables;

/// <summary>One element of a key schema as it travels.</summary>
/// <param name="AttributeName">Name of the attribute.</param>
/// <param name="KeyType"><c>HASH</c> or <c>RANGE</c>.</param>
public sealed record KeySchemaElement(string AttributeName, string KeyType)
{
    /// <summary>Whether the attribute belongs to the partition key.</summary>
    public bool IsHash => KeyType == "HASH";
}
