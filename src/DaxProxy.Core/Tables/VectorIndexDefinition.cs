namespace DaxProxy.Core.Tables;

/// <summary>A vector index as CreateTable and UpdateTable define it.</summary>
/// <param name="IndexName">Name, unique within the table.</param>
/// <param name="VectorAttribute">Name of the attribute that holds the vectors, which are lists of numbers.</param>
/// <param name="Dimensions">How many numbers each vector has.</param>
/// <param name="DistanceFunction"><c>COSINE</c>, <c>EUCLIDEAN</c> or <c>DOT_PRODUCT</c>.</param>
/// <param name="SearchSchema">The attributes that searches may name; null when the member was absent.</param>
/// <param name="Projection">What it holds beside the keys and the attributes of the search schema.</param>
public sealed record VectorIndexDefinition(
    string IndexName,
    string VectorAttribute,
    long Dimensions,
    string DistanceFunction,
    IReadOnlyList<SearchSchemaElement>? SearchSchema,
    Projection Projection);
