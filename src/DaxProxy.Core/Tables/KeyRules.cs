using DaxProxy.Core.Errors;
using DaxProxy.Core.Expressions;
using DaxProxy.Core.Items;

namespace DaxProxy.Core.Tables;

/// <summary>Whether key attributes of a request fit a table.</summary>
public static class KeyRules
{
    /// <summary>Longest partition key value in bytes.</summary>
    public const int MaxHashBytes = 2048;

    /// <summary>Longest sort key value in bytes.</summary>
    public const int MaxRangeBytes = 1024;

    /// <summary>
    /// Checks a <c>Key</c>: exactly the schema's attributes, of its types, not empty, not too long. Null when it fits, and then an
    /// <see cref="ItemKey"/> can be formed.
    /// </summary>
    public static DynamoError? CheckKey(KeySchema schema, AttributeMap key)
    {
        if (key.IsKeyOf(schema))
        {
            return null;
        }

        DynamoError? error = CheckUnknown(schema, key);
        if (error is null)
        {
            key.KeepFit(schema);
        }

        return error;
    }

    private static DynamoError? CheckUnknown(KeySchema schema, AttributeMap key)
    {
        if (key.Count != schema.Names.Count
            || !key.TryGetValue(schema.HashName, out AttributeValue? hash) || hash.Type != schema.HashType)
        {
            return TableFaults.KeyDoesNotMatch;
        }

        if (schema.RangeName is null)
        {
            return CheckValue(schema.HashName, hash, isHash: true);
        }

        return key.TryGetValue(schema.RangeName, out AttributeValue? range) && range.Type == schema.RangeType
            ? CheckValue(schema.HashName, hash, isHash: true) ?? CheckValue(schema.RangeName, range, isHash: false)
            : TableFaults.KeyDoesNotMatch;
    }

    /// <summary>Checks the paths of an expression: none may look into an attribute which is a scalar, because it is a key.</summary>
    /// <param name="table">The table.</param>
    /// <param name="paths">The paths; null for none.</param>
    public static DynamoError? CheckPaths(TableInfo table, IEnumerable<DocumentPath>? paths)
    {
        if (paths is null)
        {
            return null;
        }

        foreach (DocumentPath path in paths)
        {
            if (!path.IsNested)
            {
                continue;
            }

            if (table.KeySchema.Contains(path.TopLevelName))
            {
                return TableFaults.PathIntoKey(path.TopLevelName, isIndexKey: false);
            }

            if (table.Indexes.Values.Any(index => index.Keys.Any(key => key.Name == path.TopLevelName)))
            {
                return TableFaults.PathIntoKey(path.TopLevelName, isIndexKey: true);
            }
        }

        return null;
    }

    /// <summary>Whether an item has a key attribute, of its type and of a length that a key can have.</summary>
    public static bool Fits(AttributeMap item, KeyAttribute key, bool isHash) => Fits(item, key.Name, key.Type, isHash);

    /// <summary>Whether an item has every key attribute by such a schema, so that its <see cref="ItemKey"/> can be formed.</summary>
    public static bool Fits(AttributeMap item, KeySchema schema) => Fits(item, schema.HashName, schema.HashType, isHash: true)
        && (schema.RangeName is null || Fits(item, schema.RangeName, schema.RangeType, isHash: false));

    /// <summary>Checks the length of one key value.</summary>
    public static DynamoError? CheckValue(string name, AttributeValue value, bool isHash)
    {
        int bytes = LengthOf(value);
        if (bytes == 0)
        {
            return TableFaults.EmptyKey(name, value.Type == AttributeType.B);
        }

        if (isHash)
        {
            return bytes > MaxHashBytes ? TableFaults.HashKeyTooLong : null;
        }

        return bytes > MaxRangeBytes ? TableFaults.RangeKeyTooLong : null;
    }

    /// <summary>Length in bytes of a scalar that may be a key. Numbers are never empty nor too long.</summary>
    public static int LengthOf(AttributeValue value) => value.Type switch
    {
        AttributeType.S => AttributeValue.Utf8Length(value.String),
        AttributeType.B => value.Binary.Length,
        _ => 1,
    };

    private static bool Fits(AttributeMap item, string name, AttributeType type, bool isHash) =>
        item.TryGetValue(name, out AttributeValue? value) && value.Type == type && CheckValue(name, value, isHash) is null;
}
