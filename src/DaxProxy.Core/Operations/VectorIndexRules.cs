using DaxProxy.Core.Errors;
using DaxProxy.Core.Tables;

namespace DaxProxy.Core.Operations;

/// <summary>
/// The rules of vector indexes as they are defined. Which of several faults the service reports is not known; the order here is that of the
/// other indexes.
/// </summary>
public static class VectorIndexRules
{
    /// <summary>Most vector indexes of a table.</summary>
    public const int MaxIndexes = 5;

    private const int MaxDimensions = 4096;

    /// <summary>Checks the vector indexes of a new table.</summary>
    public static DynamoError? Check(CreateTable table)
    {
        if (table.VectorIndexes is not { } indexes)
        {
            return null;
        }

        if (indexes.Count == 0)
        {
            return TableDefinitionFaults.EmptyList("VectorIndexes");
        }

        if (table.BillingMode != "PAY_PER_REQUEST")
        {
            return VectorFaults.NeedsPayPerRequest;
        }

        if (indexes.Count > MaxIndexes)
        {
            return VectorFaults.TooManyIndexes;
        }

        for (int i = 0; i < indexes.Count; i++)
        {
            if (Check(indexes[i], table.AttributeDefinitions, indexes.Take(i)) is { } error)
            {
                return error;
            }
        }

        return null;
    }

    /// <summary>Checks one vector index.</summary>
    /// <param name="index">The index.</param>
    /// <param name="definitions">The attributes that the request defines.</param>
    /// <param name="others">The other vector indexes of the table.</param>
    public static DynamoError? Check(
        VectorIndexDefinition index, IReadOnlyList<AttributeDefinition> definitions, IEnumerable<VectorIndexDefinition> others)
    {
        if (index.Dimensions > MaxDimensions)
        {
            return VectorFaults.DimensionsOutOfRange;
        }

        IReadOnlyList<SearchSchemaElement> schema = index.SearchSchema ?? [];
        if (schema.Any(element => !Defines(definitions, element.AttributeName)))
        {
            return VectorFaults.UndefinedElement;
        }

        if (schema.Count(element => element.IsHash) > 1)
        {
            return VectorFaults.SeveralHashes;
        }

        if (schema.Select(element => element.AttributeName).Distinct(StringComparer.Ordinal).Count() < schema.Count)
        {
            return TableDefinitionFaults.RepeatedKey;
        }

        if (Defines(definitions, index.VectorAttribute))
        {
            return VectorFaults.DefinedVectorAttribute(index.VectorAttribute);
        }

        return others.Any(other => other.VectorAttribute == index.VectorAttribute && other.Dimensions != index.Dimensions)
            ? VectorFaults.OtherDimensions(index.VectorAttribute)
            : TableDefinitionRules.CheckProjection(index.Projection);
    }

    private static bool Defines(IReadOnlyList<AttributeDefinition> definitions, string name) =>
        definitions.Any(definition => definition.AttributeName == name);
}
