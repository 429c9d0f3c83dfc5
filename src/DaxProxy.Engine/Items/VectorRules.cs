using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Tables;
using DaxProxy.Engine.Catalog;
using DaxProxy.Engine.Indexes;

namespace DaxProxy.Engine.Items;

/// <summary>
/// Whether an item to be written fits the table's vector indexes. What it lacks only keeps it out of an index; what it has must be right.
/// Of several faults the service's order is not known: here the vector of the first index comes first.
/// </summary>
internal static class VectorRules
{
    /// <summary>Checks an item to put.</summary>
    public static DynamoError? Check(EngineTable table, AttributeMap item) => Check(table, null, item, isUpdate: false);

    /// <summary>Checks what an update has changed of an item.</summary>
    public static DynamoError? CheckUpdated(EngineTable table, AttributeMap? old, AttributeMap item) =>
        Check(table, old, item, isUpdate: true);

    private static DynamoError? Check(EngineTable table, AttributeMap? old, AttributeMap item, bool isUpdate)
    {
        foreach (EngineVectorIndex index in table.VectorIndexes)
        {
            DynamoError? error = Changed(old, item, index.Definition.VectorAttribute) is { } vector ? CheckVector(index, vector) : null;
            for (int i = 0; i < index.Schema.Count && error is null; i++)
            {
                KeyAttribute element = index.Schema[i];
                error = Changed(old, item, element.Name) is { } value ? CheckElement(index, element, value, isUpdate) : null;
            }

            if (error is not null)
            {
                return error;
            }
        }

        return null;
    }

    private static AttributeValue? Changed(AttributeMap? old, AttributeMap item, string name) =>
        item.TryGetValue(name, out AttributeValue? value)
        && !(old is not null && old.TryGetValue(name, out AttributeValue? before) && before.Equals(value))
            ? value
            : null;

    private static DynamoError? CheckVector(EngineVectorIndex index, AttributeValue vector)
    {
        string name = index.Definition.VectorAttribute;
        if (vector.Type != AttributeType.L)
        {
            return VectorFaults.NotAList(name, index.Name);
        }

        if (vector.Elements.Count != index.Dimensions)
        {
            return VectorFaults.VectorLength(name, index.Dimensions, vector.Elements.Count, index.Name);
        }

        for (int i = 0; i < vector.Elements.Count; i++)
        {
            AttributeValue element = vector.Elements[i];
            if (element.Type != AttributeType.N)
            {
                return VectorFaults.NotANumber(name, i, element.Type, index.Name);
            }

            if (!VectorValues.TryConvert(element.Number, out _))
            {
                return VectorFaults.NumberOutOfRange(name, i, element.Number, index.Name);
            }
        }

        return null;
    }

    private static DynamoError? CheckElement(EngineVectorIndex index, KeyAttribute element, AttributeValue value, bool isUpdate)
    {
        if (value.Type != element.Type)
        {
            return VectorFaults.ElementType(element.Name, element.Type, value.Type, index.Name);
        }

        if (index.Hash?.Name != element.Name)
        {
            return null;
        }

        bool isBinary = value.Type == AttributeType.B;
        return KeyRules.LengthOf(value) > 0 ? KeyRules.CheckValue(element.Name, value, isHash: true)
            : isUpdate ? TableFaults.UpdatedEmptyIndexKey(isBinary)
            : TableFaults.EmptyIndexKey(index.Name, element.Name, isBinary);
    }
}
