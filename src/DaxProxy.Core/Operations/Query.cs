using DaxProxy.Core.Errors;
using DaxProxy.Core.Expressions;
using DaxProxy.Core.Operations.Legacy;

namespace DaxProxy.Core.Operations;

/// <summary>Reads items of one partition of a table or index, in sort-key order.</summary>
public sealed class Query() : PageOperation(Definition)
{
    private const string Envelope = "1 validation error detected: ";

    private KeyConditionExpression? keyCondition;

    /// <summary>What the verb is.</summary>
    public static Verb Definition { get; } = new(nameof(Query)) { IsDecoded = true, IsRepeatable = true };

    /// <summary>The key condition as sent; null when absent.</summary>
    public string? KeyConditionExpression { get; init; }

    /// <summary>The key condition as it was written before expressions, as sent; null when absent.</summary>
    public IReadOnlyList<AttributeCondition>? KeyConditions { get; init; }

    /// <summary>The filter as it was written before expressions, as sent; null when absent.</summary>
    public IReadOnlyList<AttributeCondition>? QueryFilter { get; init; }

    /// <summary>What errors call the filter.</summary>
    public string FilterName => QueryFilter is null ? "Filter Expression" : nameof(QueryFilter);

    /// <summary>Whether to read in ascending order (the default).</summary>
    public bool ScanIndexForward { get; init; } = true;

    /// <summary>
    /// The compiled key condition. Set by the static checks where one was sent; else by the caller that has the clauses.
    /// </summary>
    public KeyConditionExpression KeyCondition
    {
        get => keyCondition!;
        init => keyCondition = value;
    }

    /// <inheritdoc/>
    private protected override void WriteKeys(CanonicalWriter writer)
    {
        writer.Byte(ScanIndexForward ? (byte)'F' : (byte)'R');
        foreach (KeyCondition condition in KeyCondition.Conditions.OrderBy(one => one.AttributeName, StringComparer.Ordinal))
        {
            writer.Text(condition.AttributeName);
            writer.Byte((byte)condition.Operator);
            writer.Value(condition.Value);
            writer.Value(condition.Upper ?? condition.Value);
        }
    }

    /// <inheritdoc/>
    protected override DynamoError? CheckStatically(ValidationLayer layer)
    {
        DynamoError? error = CheckUse(layer)
            ?? CompileLegacyFilter(QueryFilter)
            ?? CompileAttributesToGet()
            ?? CheckStartKey();
        if (error is not null)
        {
            return error;
        }

        if (KeyConditionExpression is null && KeyConditions is null && keyCondition is null)
        {
            return RequestFaults.NoKeyCondition;
        }

        return Expressions.TryResolve(layer, out ExpressionAttributes attributes)
            ?? CompileFilterAndProjection(attributes)
            ?? CompileKeyCondition(attributes, layer)
            ?? attributes.FindUnused()
            ?? CompileKeyConditions(layer)
            ?? EnvelopedSelectFault();
    }

    /// <summary>Other than the rest, KeyConditions may stand beside expressions, as long as there is no KeyConditionExpression.</summary>
    private DynamoError? CheckUse(ValidationLayer layer)
    {
        bool hasValueExpression = FilterExpression is not null || KeyConditionExpression is not null;
        return ParameterMix.Check(
                [
                    (nameof(AttributesToGet), AttributesToGet is not null),
                    (nameof(QueryFilter), QueryFilter is not null),
                    (nameof(ConditionalOperator), ConditionalOperator is not null),
                    (nameof(KeyConditions), KeyConditions is not null && KeyConditionExpression is not null),
                ],
                [
                    (nameof(ProjectionExpression), ProjectionExpression is not null),
                    (nameof(FilterExpression), FilterExpression is not null),
                    (nameof(KeyConditionExpression), KeyConditionExpression is not null),
                ])
            ?? Expressions.CheckUse(
                hasValueExpression || ProjectionExpression is not null,
                hasValueExpression,
                "FilterExpression and KeyConditionExpression are null",
                layer)
            ?? ConditionRules.CheckOperator(ConditionalOperator, QueryFilter?.Count);
    }

    private DynamoError? CompileKeyConditions(ValidationLayer layer) =>
        KeyConditions is null ? null : KeyConditionsRules.TryCompile(KeyConditions, IndexName is not null, layer, out keyCondition);

    private DynamoError? CompileKeyCondition(ExpressionAttributes attributes, ValidationLayer layer) => KeyConditionExpression is null
        ? null
        : Core.Expressions.KeyConditionExpression.TryParse(KeyConditionExpression, attributes, layer, out keyCondition);

    /// <summary>Query, other than Scan, wraps the texts about <c>Select</c>.</summary>
    private DynamoError? EnvelopedSelectFault() =>
        CheckSelect() is { } error ? error with { Message = Envelope + error.Message } : null;
}
