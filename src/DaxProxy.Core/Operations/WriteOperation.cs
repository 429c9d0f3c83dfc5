using DaxProxy.Core.Errors;
using DaxProxy.Core.Expressions;
using DaxProxy.Core.Operations.Legacy;

namespace DaxProxy.Core.Operations;

/// <summary>
/// What PutItem, UpdateItem, DeleteItem and the check of a transaction have in common: one item of one table, a condition, and what to
/// return.
/// </summary>
/// <param name="verb">What was asked.</param>
public abstract class WriteOperation(Verb verb) : Operation(verb)
{
    private ConditionExpression? condition;

    /// <summary>Name of the table.</summary>
    public required string TableName { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<string> TableNames => [TableName];

    /// <inheritdoc/>
    public override OperationResource? Resource => new OperationResource.OfTable(TableName);

    /// <summary>The condition as sent; null when absent.</summary>
    public string? ConditionExpression { get; init; }

    /// <summary>The condition as it was written before expressions, as sent; null when absent.</summary>
    public IReadOnlyList<ExpectedAttributeValue>? Expected { get; init; }

    /// <summary>How the entries of <see cref="Expected"/> are joined; null when absent, which means that all must hold.</summary>
    public ConditionalOperator? ConditionalOperator { get; init; }

    /// <summary>The maps behind the expressions' references.</summary>
    public ExpressionParameters Expressions { get; init; } = ExpressionParameters.None;

    /// <summary>Which attributes to return on success.</summary>
    public ReturnValues ReturnValues { get; init; }

    /// <summary>Whether a failed condition returns the item it failed on.</summary>
    public bool ReturnItemOnConditionFailure { get; init; }

    /// <inheritdoc/>
    public override long MaxReplyItemBytes =>
        ReturnValues is ReturnValues.NONE && !ReturnItemOnConditionFailure ? 0 : ReplyLimits.ItemBytes;

    /// <summary>How to report capacity.</summary>
    public ReturnConsumedCapacity ReturnConsumedCapacity { get; init; }

    /// <summary>Whether to report the size of the item's collection (tables with a local secondary index only).</summary>
    public bool ReturnItemCollectionMetrics { get; init; }

    /// <summary>
    /// The compiled condition; null for none. Set by the static checks where one was sent; else by the caller that has a tree.
    /// </summary>
    public ConditionExpression? Condition
    {
        get => condition;
        init => condition = value;
    }

    /// <summary>
    /// Whether expressions and legacy parameters were mixed, whether there are expressions for names and values, and whether there is
    /// something for the operator to join.
    /// </summary>
    /// <param name="layer">Whose texts to use.</param>
    protected virtual DynamoError? CheckUse(ValidationLayer layer) => CheckUse(layer, false, false, "ConditionExpression is null");

    /// <summary>The same for a verb that may have an update.</summary>
    /// <param name="layer">Whose texts to use.</param>
    /// <param name="updateExpression">Whether an UpdateExpression was sent.</param>
    /// <param name="attributeUpdates">Whether AttributeUpdates was sent.</param>
    /// <param name="absentExpressions">How the older layer names the expressions where they are missing.</param>
    protected DynamoError? CheckUse(ValidationLayer layer, bool updateExpression, bool attributeUpdates, string absentExpressions)
    {
        bool given = updateExpression || ConditionExpression is not null;
        return ParameterMix.Check(
                [
                    ("AttributeUpdates", attributeUpdates),
                    (nameof(Expected), Expected is not null),
                    (nameof(ConditionalOperator), ConditionalOperator is not null),
                ],
                [("UpdateExpression", updateExpression), (nameof(ConditionExpression), ConditionExpression is not null)])
            ?? Expressions.CheckUse(given, given, absentExpressions, layer)
            ?? ConditionRules.CheckOperator(ConditionalOperator, Expected?.Count);
    }

    /// <summary>Checks and compiles <see cref="Expected"/>.</summary>
    protected DynamoError? CompileExpected() =>
        Expected is null ? null : ExpectedRules.TryCompile(Expected, ConditionalOperator, out condition);

    /// <summary>Parses the condition; the caller reports unused references when it has parsed everything.</summary>
    protected DynamoError? CompileCondition(ExpressionAttributes attributes) => ConditionExpression is null
        ? null
        : Core.Expressions.ConditionExpression.TryParse(ConditionExpression, ExpressionKind.Condition, attributes, out condition);

    /// <summary>Checks and compiles the expressions, or the condition that was there before them.</summary>
    internal virtual DynamoError? CompileExpressions(ValidationLayer layer) => CompileExpected()
        ?? Expressions.TryResolve(layer, out ExpressionAttributes attributes)
        ?? CompileCondition(attributes)
        ?? attributes.FindUnused();
}
