namespace DaxProxy.Core.Tables;

/// <summary>One attribute that searches in a vector index may name.</summary>
/// <param name="AttributeName">Name of the attribute.</param>
/// <param name="SearchSchemaElementType"><c>HASH</c> (each search names one value) or <c>INLINE_FILTER</c> (a search may).</param>
public sealed record SearchSchemaElement(string AttributeName, string SearchSchemaElementType)
{
    /// <summary>Whether it is the partition key of the index.</summary>
    public bool IsHash => SearchSchemaElementType == "HASH";
}
