using DaxProxy.Core.Errors;
using DaxProxy.Core.Expressions;

namespace DaxProxy.Core.Operations;

/// <summary>What PutItem, UpdateItem and DeleteItem have in common: one item of one table, a condition, and what to return.</summary>
public abstract class WriteOperation : Operation
{
    private ConditionExpression? condition;

    /// <summary>Name of the table.</summary>
    public required string TableName { get; init; }

    /// <summary>The condition as sent; null when absent.</summary>
    public string? ConditionExpression { get; init; }

    /// <summary>The maps behind the expressions' references.</summary>
    public ExpressionParameters Expressions { get; init; } = ExpressionParameters.None;

    /// <summary>Which attributes to return on success.</summary>
    public ReturnValues ReturnValues { get; init; }

    /// <summary>Whether a failed condition returns the item it failed on.</summary>
    public bool ReturnItemOnConditionFailure { get; init; }

    /// <summary>How to report capacity.</summary>
    public ReturnConsumedCapacity ReturnConsumedCapacity { get; init; }

    /// <summary>Whether to report the size of the item's collection (tables with a local secondary index only).</summary>
    public bool ReturnItemCollectionMetrics { get; init; }

    /// <summary>
    /// The compiled condition; null for none. Set by the static checks where a text was sent; else handed over by whoever has a tree.
    /// </summary>
    public ConditionExpression? Condition
    {
        get => condition;
        init => condition = value;
    }

    /// <summary>Parses the condition; the caller reports unused references when it has parsed everything.</summary>
    protected DynamoError? CompileCondition(ExpressionAttributes attributes)
    {
        if (ConditionExpression is null)
        {
            return null;
        }

        return Core.Expressions.ConditionExpression.TryParse(ConditionExpression, ExpressionKind.Condition, attributes, out condition);
    }

    /// <summary>The expression checks of a write whose only expression is its condition.</summary>
    protected DynamoError? CompileConditionAlone(ValidationLayer layer)
    {
        bool given = ConditionExpression is not null;
        return Expressions.TryResolve(given, given, "ConditionExpression is null", layer, out ExpressionAttributes attributes)
            ?? CompileCondition(attributes)
            ?? attributes.FindUnused();
    }
}
