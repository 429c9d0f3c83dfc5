using System.Buffers;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Expressions;
using DaxProxy.Core.Items;
using DaxProxy.Core.Tables;
using DaxProxy.Engine.Storage;

namespace DaxProxy.Engine.Queries;

/// <summary>From the conditions of a query to the keys it reads; finds what does not fit the key of table or index.</summary>
internal static class KeyConditionPlan
{
    /// <summary>Plans the conditions; the range is null exactly when an error is returned.</summary>
    public static DynamoError? TryPlan(
        PageSource source, IReadOnlyList<KeyCondition> conditions, ValidationLayer layer, out KeyRange? range)
    {
        range = null;
        DynamoError? error = Check(source, conditions, layer);
        if (error is not null)
        {
            return error;
        }

        ArrayBufferWriter<byte> prefix = new(256);
        foreach (KeyAttribute hash in source.Hash)
        {
            AttributeValue value = Find(conditions, hash)!.Value;
            if (source.Index is null && source.Range.Count == 0)
            {
                // The key of a table without sort keys is the bare partition key.
                byte[] key = source.KeyOf(new AttributeMap { [hash.Name] = value });
                range = new KeyRange(RowKey.HashColumn(value), key, SortKeyRange.After(key));
                return null;
            }

            KeyLayout.WriteHash(value, prefix);
        }

        range = KeyRange.Of(
            RowKey.HashColumn(Find(conditions, source.Hash[0])!.Value), prefix.WrittenSpan, source.Layout.RangeOf(conditions));
        return null;
    }

    private static DynamoError? Check(PageSource source, IReadOnlyList<KeyCondition> conditions, ValidationLayer layer)
    {
        int attributes = source.Hash.Count + source.Range.Count;
        if (conditions.Count > Math.Max(2, attributes))
        {
            return QueryFaults.TooManyConditions(conditions.Count, attributes, layer);
        }

        if (source.Hash.Count == 1 && Find(conditions, source.Hash[0]) is null)
        {
            return QueryFaults.MissedKey(source.Hash[0].Name);
        }

        List<KeyAttribute> open = [.. source.Hash.Where(key => Find(conditions, key) is not { Operator: KeyOperator.Equal })];
        if (open.Count > 0)
        {
            return source.Hash.Count == 1
                ? QueryFaults.KeyConditionNotSupported
                : QueryFaults.HashNeedsEquality(string.Join(", ", open.Select(key => key.Name)));
        }

        if (conditions.Count > attributes)
        {
            return QueryFaults.KeyConditionNotSupported;
        }

        foreach (KeyCondition condition in conditions)
        {
            if (!source.Hash.Concat(source.Range).Any(key => key.Name == condition.AttributeName))
            {
                return source.Range.Count == 0
                    ? QueryFaults.KeyConditionNotSupported
                    : QueryFaults.MissedKey(source.Range[0].Name);
            }
        }

        return CheckGaps(source, conditions) ?? CheckValues(source, conditions);
    }

    /// <summary>Of several sort attributes each but the last one named must be fixed.</summary>
    private static DynamoError? CheckGaps(PageSource source, IReadOnlyList<KeyCondition> conditions)
    {
        int last = source.Range.Count - 1;
        while (last > 0 && Find(conditions, source.Range[last]) is null)
        {
            last--;
        }

        List<KeyAttribute> open = [.. source.Range.Take(Math.Max(last, 0))
            .Where(key => Find(conditions, key) is not { Operator: KeyOperator.Equal })];
        return open.Count == 0
            ? null
            : QueryFaults.RangeNeedsEquality(string.Join(", ", open.Select(key => key.Name)), source.Range[last].Name);
    }

    private static DynamoError? CheckValues(PageSource source, IReadOnlyList<KeyCondition> conditions)
    {
        foreach (KeyCondition condition in conditions)
        {
            bool isHash = source.Hash.Any(key => key.Name == condition.AttributeName);
            AttributeType type = source.TypeOf(condition.AttributeName);
            foreach (AttributeValue value in new[] { condition.Value, condition.Upper }.OfType<AttributeValue>())
            {
                if (value.Type != type)
                {
                    return QueryFaults.ConditionTypeMismatch;
                }

                if (KeyRules.CheckValue(condition.AttributeName, value, isHash) is { } error)
                {
                    return error;
                }
            }
        }

        return null;
    }

    private static KeyCondition? Find(IReadOnlyList<KeyCondition> conditions, KeyAttribute key) =>
        conditions.FirstOrDefault(condition => condition.AttributeName == key.Name);
}
