using System.Diagnostics;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;

namespace DaxProxy.Core.Expressions;

/// <summary>Which keys a Query reads: clauses that must all hold, at most one for each attribute.</summary>
/// <remarks>Immutable and thread-safe. Schema and types of keys are not known here.</remarks>
/// <param name="conditions">The clauses in the order written.</param>
public sealed class KeyConditionExpression(IReadOnlyList<KeyCondition> conditions)
{
    /// <summary>The clauses in the order written.</summary>
    public IReadOnlyList<KeyCondition> Conditions { get; } = conditions;

    /// <summary>
    /// Parses a KeyConditionExpression. It has the grammar and the faults of any condition; what a condition may say and a key condition
    /// may not is looked for afterwards, clause by clause.
    /// </summary>
    public static DynamoError? TryParse(
        string text, ExpressionAttributes attributes, ValidationLayer layer, out KeyConditionExpression? expression)
    {
        expression = null;
        DynamoError? error = new ConditionParser(text, ExpressionKind.KeyCondition, attributes).Parse(out ConditionNode? root);
        return root is null ? error : TryConvert(root, layer, out expression);
    }

    /// <summary>Makes one of a condition without faults of its own, if it says only what a key condition may say.</summary>
    internal static DynamoError? TryConvert(ConditionNode root, ValidationLayer layer, out KeyConditionExpression? expression)
    {
        expression = null;
        List<KeyCondition> conditions = [];
        if (Convert(root, layer, conditions) is string fault)
        {
            return DynamoError.Validation(fault);
        }

        expression = new KeyConditionExpression(conditions);
        return null;
    }

    private static string? Convert(ConditionNode node, ValidationLayer layer, List<KeyCondition> conditions) => node switch
    {
        ConditionNode.And and => ConvertAll(and.Terms, layer, conditions),
        ConditionNode.Or => ExpressionFaults.KeyOperator("OR"),
        ConditionNode.Not => ExpressionFaults.KeyOperator("NOT"),
        ConditionNode.In => ExpressionFaults.KeyOperator("IN"),
        ConditionNode.Exists => ExpressionFaults.KeyOperator("attribute_exists"),
        ConditionNode.NotExists => ExpressionFaults.KeyOperator("attribute_not_exists"),
        ConditionNode.HasType => ExpressionFaults.KeyOperator("attribute_type"),
        ConditionNode.Contains => ExpressionFaults.KeyOperator("contains"),
        ConditionNode.Comparison { Operator: Comparator.NotEqual } => ExpressionFaults.KeyOperator("<>"),
        ConditionNode.Comparison comparison => ConvertComparison(comparison, layer, conditions),
        ConditionNode.Between between =>
            ConvertKeyFirst("BETWEEN", KeyOperator.Between, [between.Value, between.Low, between.High], layer, conditions),
        ConditionNode.BeginsWith begins =>
            ConvertKeyFirst("begins_with", KeyOperator.BeginsWith, [begins.Value, begins.Prefix], layer, conditions),
        _ => throw new UnreachableException(),
    };

    private static string? ConvertAll(IReadOnlyList<ConditionNode> terms, ValidationLayer layer, List<KeyCondition> conditions)
    {
        foreach (ConditionNode term in terms)
        {
            if (Convert(term, layer, conditions) is string fault)
            {
                return fault;
            }
        }

        return null;
    }

    private static string? ConvertComparison(ConditionNode.Comparison comparison, ValidationLayer layer, List<KeyCondition> conditions)
    {
        (Operand left, Operand right) = (comparison.Left, comparison.Right);
        if (FindOperandFault([left, right]) is string fault)
        {
            return fault;
        }

        bool isMirrored = left is Operand.Constant;
        DocumentPath path = ((Operand.Attribute)(isMirrored ? right : left)).Path;
        AttributeValue value = ((Operand.Constant)(isMirrored ? left : right)).Value;
        KeyOperator keyOperator = (comparison.Operator, isMirrored) switch
        {
            (Comparator.Equal, _) => KeyOperator.Equal,
            (Comparator.Less, false) or (Comparator.Greater, true) => KeyOperator.Less,
            (Comparator.LessOrEqual, false) or (Comparator.GreaterOrEqual, true) => KeyOperator.LessOrEqual,
            (Comparator.Greater, false) or (Comparator.Less, true) => KeyOperator.Greater,
            _ => KeyOperator.GreaterOrEqual,
        };
        return Add(new KeyCondition(path.TopLevelName, keyOperator, value, null), layer, conditions);
    }

    private static string? ConvertKeyFirst(
        string name, KeyOperator keyOperator, Operand[] operands, ValidationLayer layer, List<KeyCondition> conditions)
    {
        if (operands[0] is Operand.Constant)
        {
            return ExpressionFaults.KeyNotFirst(name);
        }

        if (FindOperandFault(operands) is string fault)
        {
            return fault;
        }

        AttributeValue? upper = operands.Length == 3 ? ((Operand.Constant)operands[2]).Value : null;
        string attributeName = ((Operand.Attribute)operands[0]).Path.TopLevelName;
        return Add(new KeyCondition(attributeName, keyOperator, ((Operand.Constant)operands[1]).Value, upper), layer, conditions);
    }

    /// <summary>A clause needs one attribute, not nested, and otherwise constants.</summary>
    private static string? FindOperandFault(ReadOnlySpan<Operand> operands)
    {
        bool hasName = false;
        foreach (Operand operand in operands)
        {
            switch (operand)
            {
                case Operand.Size:
                    return ExpressionFaults.KeyNested;
                case Operand.Attribute when hasName:
                    return ExpressionFaults.KeySeveralNames;
                case Operand.Attribute { Path.IsNested: true }:
                    return ExpressionFaults.KeyPathNested;
                case Operand.Attribute:
                    hasName = true;
                    break;
            }
        }

        return hasName ? null : ExpressionFaults.KeyNoName;
    }

    private static string? Add(KeyCondition condition, ValidationLayer layer, List<KeyCondition> conditions)
    {
        if (conditions.Exists(other => other.AttributeName == condition.AttributeName))
        {
            return ExpressionFaults.KeyTwice(layer);
        }

        conditions.Add(condition);
        return null;
    }
}
