using DaxProxy.Core.Errors;
using DaxProxy.Core.Expressions;
using DaxProxy.Core.Items;

namespace DaxProxy.Core.Operations.Legacy;

/// <summary>KeyConditions: its checks, and the key condition it stands for.</summary>
internal static class KeyConditionsRules
{
    /// <summary>Most key attributes of a table; an index may have more.</summary>
    private const int MaxTableKeys = 2;

    /// <summary>Checks the conditions and compiles them. Whether they fit a key is the backend's to say.</summary>
    /// <param name="conditions">As sent.</param>
    /// <param name="isIndex">Whether an index is queried.</param>
    /// <param name="layer">Whose texts to use.</param>
    /// <param name="expression">The key condition; null exactly when an error is returned.</param>
    public static DynamoError? TryCompile(
        IReadOnlyList<AttributeCondition> conditions, bool isIndex, ValidationLayer layer, out KeyConditionExpression? expression)
    {
        expression = null;
        List<AttributeValue[]> values = [];
        foreach (AttributeCondition condition in conditions)
        {
            if (ConditionRules.TryTake(condition, out AttributeValue[] taken) is { } error)
            {
                return error;
            }

            values.Add(taken);
        }

        // The current layer says how many the key has, and so needs the table first.
        if (conditions.Count == 0 || (conditions.Count > MaxTableKeys && !isIndex && layer == ValidationLayer.Older))
        {
            return LegacyFaults.KeyConditionCount;
        }

        List<KeyCondition> clauses = [];
        foreach ((AttributeCondition condition, AttributeValue[] of) in conditions.Zip(values))
        {
            // The text is recorded, its place before the table is looked up is ours: because the tree has no such operators.
            if (OperatorOf(condition.Comparison) is not { } keyOperator)
            {
                return LegacyFaults.NotIndexable;
            }

            clauses.Add(new KeyCondition(condition.AttributeName, keyOperator, of[0], keyOperator == KeyOperator.Between ? of[1] : null));
        }

        expression = new KeyConditionExpression(clauses);
        return null;
    }

    private static KeyOperator? OperatorOf(ComparisonOperator comparison) => comparison switch
    {
        ComparisonOperator.EQ => KeyOperator.Equal,
        ComparisonOperator.LT => KeyOperator.Less,
        ComparisonOperator.LE => KeyOperator.LessOrEqual,
        ComparisonOperator.GT => KeyOperator.Greater,
        ComparisonOperator.GE => KeyOperator.GreaterOrEqual,
        ComparisonOperator.BETWEEN => KeyOperator.Between,
        ComparisonOperator.BEGINS_WITH => KeyOperator.BeginsWith,
        _ => null,
    };
}
