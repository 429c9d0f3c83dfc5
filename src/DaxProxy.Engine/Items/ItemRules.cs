using DaxProxy.Core.Errors;
using DaxProxy.Core.Expressions;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;
using DaxProxy.Engine.Catalog;

namespace DaxProxy.Engine.Items;

/// <summary>Whether items and expressions of a write fit the table's keys.</summary>
internal static class ItemRules
{
    /// <summary>An item to put: its key, then the keys of the indexes it goes into.</summary>
    public static DynamoError? CheckItem(EngineTable table, AttributeMap item)
    {
        KeySchema schema = table.KeySchema;
        return CheckKeyAttribute(item, schema.HashName, schema.HashType, isHash: true)
            ?? (schema.RangeName is null ? null : CheckKeyAttribute(item, schema.RangeName, schema.RangeType, isHash: false))
            ?? CheckIndexKeys(table, item)
            ?? VectorRules.Check(table, item);
    }

    /// <summary>An item that an update made: the keys of the indexes it goes into. Its own key cannot have changed.</summary>
    public static DynamoError? CheckUpdatedItem(EngineTable table, AttributeMap? old, AttributeMap updated)
    {
        foreach (EngineIndex index in table.Indexes)
        {
            foreach (KeyAttribute key in index.Info.Keys)
            {
                if (updated.TryGetValue(key.Name, out AttributeValue? value)
                    && !(old is not null && old.TryGetValue(key.Name, out AttributeValue? before) && before.Equals(value))
                    && CheckUpdatedIndexKey(key, value, index.Info.Hash.Contains(key)) is { } error)
                {
                    return error;
                }
            }
        }

        return VectorRules.CheckUpdated(table, old, updated);
    }

    /// <summary>Targets of an update: none may be a key, and constants must fit the index keys they are set to.</summary>
    public static DynamoError? CheckUpdate(EngineTable table, UpdateExpression update)
    {
        foreach (DocumentPath target in update.Targets)
        {
            if (table.KeySchema.Contains(target.TopLevelName))
            {
                return TableFaults.UpdateOfKey(target.TopLevelName);
            }
        }

        foreach (UpdateAction action in update.Actions)
        {
            if (action is UpdateAction.Set { Value: Operand.Constant { Value: { } constant } } && !action.Target.IsNested
                && CheckConstant(table, action.Target.TopLevelName, constant) is { } error)
            {
                return error;
            }
        }

        return KeyRules.CheckPaths(table.Info, update.Targets);
    }

    /// <summary>
    /// An empty string or binary that a write sets an index's key to, as far as that shows without an item. It refuses a whole transaction.
    /// Source: answers of the service that a public conformance suite recorded.
    /// </summary>
    public static DynamoError? FindEmptyIndexKey(EngineTable table, WriteOperation write)
    {
        IEnumerable<(string IndexName, KeyAttribute Key)> keys = table.Indexes
            .SelectMany(index => index.Info.Keys.Select(key => (index.Info.IndexName, key)))
            .Concat(table.VectorIndexes.Where(index => index.Hash is not null).Select(index => (index.Name, index.Hash!)));
        foreach ((string indexName, KeyAttribute key) in keys)
        {
            AttributeValue? value = write switch
            {
                PutItem put => put.Item.Value!.GetValueOrDefault(key.Name),
                UpdateItem { Update: { } update } => ConstantOf(update, key.Name),
                _ => null,
            };
            if (value is { Type: AttributeType.S or AttributeType.B } && value.Type == key.Type && KeyRules.LengthOf(value) == 0)
            {
                bool isBinary = value.Type == AttributeType.B;
                return write is PutItem
                    ? TableFaults.EmptyIndexKey(indexName, key.Name, isBinary)
                    : TableFaults.UpdatedEmptyIndexKey(isBinary);
            }
        }

        return null;
    }

    /// <summary>The value of the request that an update puts at a top-level attribute; null where there is none.</summary>
    private static AttributeValue? ConstantOf(UpdateExpression update, string name) => update.Actions.OfType<UpdateAction.Set>()
        .Where(action => !action.Target.IsNested && action.Target.TopLevelName == name)
        .Select(action => (action.Value as Operand.Constant)?.Value)
        .FirstOrDefault();

    private static DynamoError? CheckConstant(EngineTable table, string name, AttributeValue value)
    {
        foreach (EngineIndex index in table.Indexes)
        {
            if (index.Info.Keys.FirstOrDefault(key => key.Name == name) is { } key && key.Type != value.Type)
            {
                return TableFaults.IndexKeyTypeMismatch(name, key.Type, value.Type, index.Info.IndexName);
            }
        }

        return null;
    }

    private static DynamoError? CheckKeyAttribute(AttributeMap item, string name, AttributeType type, bool isHash)
    {
        if (!item.TryGetValue(name, out AttributeValue? value))
        {
            return TableFaults.MissingKey(name);
        }

        return value.Type == type ? KeyRules.CheckValue(name, value, isHash) : TableFaults.KeyTypeMismatch(name, type, value.Type);
    }

    private static DynamoError? CheckIndexKeys(EngineTable table, AttributeMap item)
    {
        foreach (EngineIndex index in table.Indexes)
        {
            foreach (KeyAttribute key in index.Info.Keys)
            {
                if (!item.TryGetValue(key.Name, out AttributeValue? value) || table.KeySchema.Contains(key.Name))
                {
                    continue;
                }

                if (value.Type != key.Type)
                {
                    return TableFaults.IndexKeyTypeMismatch(key.Name, key.Type, value.Type, index.Info.IndexName);
                }

                if (KeyRules.LengthOf(value) == 0)
                {
                    return TableFaults.EmptyIndexKey(index.Info.IndexName, key.Name, value.Type == AttributeType.B);
                }

                if (KeyRules.CheckValue(key.Name, value, index.Info.Hash.Contains(key)) is { } error)
                {
                    return error;
                }
            }
        }

        return null;
    }

    private static DynamoError? CheckUpdatedIndexKey(KeyAttribute key, AttributeValue value, bool isHash)
    {
        if (value.Type != key.Type)
        {
            return TableFaults.UpdatedIndexKeyType;
        }

        if (KeyRules.LengthOf(value) == 0)
        {
            return TableFaults.UpdatedEmptyIndexKey(value.Type == AttributeType.B);
        }

        return KeyRules.CheckValue(key.Name, value, isHash) is null ? null : TableFaults.UpdatedIndexKeyTooLong;
    }
}
