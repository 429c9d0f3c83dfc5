using System.Diagnostics;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Expressions;
using DaxProxy.Core.Items;

namespace DaxProxy.Core.Operations.Legacy;

/// <summary>
/// What Expected, QueryFilter, ScanFilter and KeyConditions share: the checks of one comparison, and its meaning as the tree that an
/// expression compiles to.
/// </summary>
internal static class ConditionRules
{
    /// <summary>Whether there is something for the operator to join.</summary>
    /// <param name="conditionalOperator">As sent; null when absent.</param>
    /// <param name="conditions">How many conditions of Expected or a filter were sent; null for none.</param>
    public static DynamoError? CheckOperator(ConditionalOperator? conditionalOperator, int? conditions) => conditions switch
    {
        _ when conditionalOperator is null => null,
        null or 0 => LegacyFaults.OperatorWithoutConditions,
        1 => LegacyFaults.OperatorWithOneCondition,
        _ => null,
    };

    /// <summary>
    /// Whether a value is nested too deeply, which the older checks of Scan find before they look at the operator. Source:
    /// paritysuite/dynamodb-conformance, <c>deepRequests.test.ts</c>.
    /// </summary>
    public static DynamoError? CheckDepth(IReadOnlyList<AttributeCondition>? conditions) =>
        conditions?.Any(condition => condition.Values.Any(value => value.Fault == ValueFaults.TooDeep)) == true
            ? DynamoError.Validation(ValueFaults.TooDeep)
            : null;

    /// <summary>Checks the conditions of a filter and compiles them; null for no filter.</summary>
    public static DynamoError? TryCompile(
        IReadOnlyList<AttributeCondition> conditions, ConditionalOperator? conditionalOperator, out ConditionExpression? expression)
    {
        expression = null;
        List<ConditionNode> terms = [];
        foreach (AttributeCondition condition in conditions)
        {
            if (TryTake(condition, out AttributeValue[] values) is { } error)
            {
                return error;
            }

            terms.Add(Meaning(condition.AttributeName, condition.Comparison, values));
        }

        expression = Join(terms, conditionalOperator);
        return null;
    }

    /// <summary>Checks one comparison by itself: its values, how many there are, their types, the order of bounds.</summary>
    public static DynamoError? TryTake(AttributeCondition condition, out AttributeValue[] values)
    {
        values = new AttributeValue[condition.Values.Count];
        for (int i = 0; i < values.Length; i++)
        {
            if (condition.Values[i].Fault is { } fault)
            {
                return DynamoError.Validation(fault);
            }

            values[i] = condition.Values[i].Value!;
        }

        return CheckValues(condition.Comparison, values);
    }

    /// <summary>The conditions as one; null where there are none.</summary>
    public static ConditionExpression? Join(IReadOnlyList<ConditionNode> terms, ConditionalOperator? conditionalOperator) =>
        terms.Count switch
        {
            0 => null,
            1 => new ConditionExpression(terms[0]),
            _ when conditionalOperator == ConditionalOperator.OR => new ConditionExpression(new ConditionNode.Or(terms)),
            _ => new ConditionExpression(new ConditionNode.And(terms)),
        };

    /// <summary>What a checked comparison says.</summary>
    public static ConditionNode Meaning(string attributeName, ComparisonOperator comparison, AttributeValue[] values)
    {
        DocumentPath path = new(attributeName);
        Operand attribute = new Operand.Attribute(path);
        Operand[] operands = [.. values.Select(value => new Operand.Constant(value))];
        return comparison switch
        {
            ComparisonOperator.EQ => new ConditionNode.Comparison(attribute, Comparator.Equal, operands[0]),
            ComparisonOperator.NE => new ConditionNode.Comparison(attribute, Comparator.NotEqual, operands[0]),
            ComparisonOperator.LT => new ConditionNode.Comparison(attribute, Comparator.Less, operands[0]),
            ComparisonOperator.LE => new ConditionNode.Comparison(attribute, Comparator.LessOrEqual, operands[0]),
            ComparisonOperator.GT => new ConditionNode.Comparison(attribute, Comparator.Greater, operands[0]),
            ComparisonOperator.GE => new ConditionNode.Comparison(attribute, Comparator.GreaterOrEqual, operands[0]),
            ComparisonOperator.BETWEEN => new ConditionNode.Between(attribute, operands[0], operands[1]),
            ComparisonOperator.IN => new ConditionNode.In(attribute, operands),
            ComparisonOperator.NULL => new ConditionNode.NotExists(path),
            ComparisonOperator.NOT_NULL => new ConditionNode.Exists(path),
            ComparisonOperator.CONTAINS => new ConditionNode.Contains(attribute, operands[0]),
            // Nothing that is missing passes, so this and CONTAINS can both be false.
            ComparisonOperator.NOT_CONTAINS => new ConditionNode.And(
                [new ConditionNode.Exists(path), new ConditionNode.Not(new ConditionNode.Contains(attribute, operands[0]))]),
            ComparisonOperator.BEGINS_WITH => new ConditionNode.BeginsWith(attribute, operands[0]),
            _ => throw new UnreachableException(),
        };
    }

    private static DynamoError? CheckValues(ComparisonOperator comparison, AttributeValue[] values)
    {
        if (!IsCount(comparison, values.Length))
        {
            return LegacyFaults.ArgumentCount(comparison.ToString());
        }

        if (values.Length == 0)
        {
            return null;
        }

        AttributeType type = values[0].Type;
        if (values.Any(value => value.Type != type))
        {
            return LegacyFaults.MixedTypes;
        }

        if (!Takes(comparison, type))
        {
            return LegacyFaults.ArgumentType(comparison.ToString(), type.ToString());
        }

        return comparison == ComparisonOperator.BETWEEN && AttributeValue.CompareScalars(values[0], values[1]) > 0
            ? LegacyFaults.BetweenOrder
            : null;
    }

    private static bool IsCount(ComparisonOperator comparison, int count) => comparison switch
    {
        ComparisonOperator.NULL or ComparisonOperator.NOT_NULL => count == 0,
        ComparisonOperator.IN => count > 0,
        ComparisonOperator.BETWEEN => count == 2,
        _ => count == 1,
    };

    private static bool Takes(ComparisonOperator comparison, AttributeType type) => comparison switch
    {
        ComparisonOperator.EQ or ComparisonOperator.NE => true,
        ComparisonOperator.BEGINS_WITH => type is AttributeType.S or AttributeType.B,
        _ => type is AttributeType.S or AttributeType.N or AttributeType.B,
    };
}
