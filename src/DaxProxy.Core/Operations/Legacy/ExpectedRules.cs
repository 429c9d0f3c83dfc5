using DaxProxy.Core.Errors;
using DaxProxy.Core.Expressions;
using DaxProxy.Core.Items;

namespace DaxProxy.Core.Operations.Legacy;

/// <summary>Expected: its checks, and the condition it stands for.</summary>
internal static class ExpectedRules
{
    /// <summary>Checks the entries, each in the service's order, and compiles them; null for no condition.</summary>
    public static DynamoError? TryCompile(
        IReadOnlyList<ExpectedAttributeValue> expected, ConditionalOperator? conditionalOperator, out ConditionExpression? expression)
    {
        expression = null;
        List<ConditionNode> terms = [];
        foreach (ExpectedAttributeValue entry in expected)
        {
            if (CheckForm(entry) is { } formError)
            {
                return formError;
            }

            AttributeCondition condition = ConditionOf(entry);
            if (ConditionRules.TryTake(condition, out AttributeValue[] values) is { } error)
            {
                return error;
            }

            terms.Add(ConditionRules.Meaning(condition.AttributeName, condition.Comparison, values));
        }

        expression = ConditionRules.Join(terms, conditionalOperator);
        return null;
    }

    private static DynamoError? CheckForm(ExpectedAttributeValue entry)
    {
        if (entry.Value is not null && entry.Values is not null)
        {
            return LegacyFaults.ValueAndList(entry.AttributeName);
        }

        if (entry.Comparison is { } comparison)
        {
            return CheckComparison(entry, comparison);
        }

        if (entry.Values is not null)
        {
            return LegacyFaults.ListWithoutComparison(entry.AttributeName);
        }

        return (entry.Exists, entry.Value) switch
        {
            (null, null) => LegacyFaults.ValueMissing("null", entry.AttributeName),
            (true, null) => LegacyFaults.ValueMissing("true", entry.AttributeName),
            (false, not null) => LegacyFaults.ValueOfNothing(entry.AttributeName),
            _ => null,
        };
    }

    private static DynamoError? CheckComparison(ExpectedAttributeValue entry, ComparisonOperator comparison)
    {
        if (entry.Exists is not null)
        {
            return LegacyFaults.ExistsAndComparison(entry.AttributeName);
        }

        return entry.Value is null && entry.Values is null && comparison is not (ComparisonOperator.NULL or ComparisonOperator.NOT_NULL)
            ? LegacyFaults.ComparisonWithoutValue(comparison.ToString(), entry.AttributeName)
            : null;
    }

    /// <summary>Both forms as a comparison: <c>Exists</c> false is NULL, a value alone is EQ.</summary>
    private static AttributeCondition ConditionOf(ExpectedAttributeValue entry)
    {
        IReadOnlyList<Decoded<AttributeValue>> values = entry.Values ?? (entry.Value is { } value ? [value] : []);
        ComparisonOperator comparison = entry.Comparison ?? (entry.Exists == false ? ComparisonOperator.NULL : ComparisonOperator.EQ);
        return new AttributeCondition(entry.AttributeName, comparison, values);
    }
}
