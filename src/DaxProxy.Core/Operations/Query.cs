using DaxProxy.Core.Errors;
using DaxProxy.Core.Expressions;

namespace DaxProxy.Core.Operations;

/// <summary>Reads items of one partition of a table or index, in sort-key order.</summary>
public sealed class Query : PageOperation
{
    private const string Envelope = "1 validation error detected: ";

    private KeyConditionExpression? keyCondition;

    /// <inheritdoc/>
    public override string Name => nameof(Query);

    /// <summary>The key condition as sent; null when absent.</summary>
    public string? KeyConditionExpression { get; init; }

    /// <summary>Whether to read in ascending order (the default).</summary>
    public bool ScanIndexForward { get; init; } = true;

    /// <summary>
    /// The compiled key condition. Set by the static checks where a text was sent; else handed over by whoever has the clauses.
    /// </summary>
    public KeyConditionExpression KeyCondition
    {
        get => keyCondition!;
        init => keyCondition = value;
    }

    /// <inheritdoc/>
    protected override DynamoError? CheckStatically(ValidationLayer layer)
    {
        if (CheckStartKey() is { } startKeyError)
        {
            return startKeyError;
        }

        if (KeyConditionExpression is null && keyCondition is null)
        {
            return RequestFaults.NoKeyCondition;
        }

        return Expressions.TryResolve(
                true, true, "FilterExpression and KeyConditionExpression are null", layer, out ExpressionAttributes attributes)
            ?? CompileFilterAndProjection(attributes)
            ?? CompileKeyCondition(attributes, layer)
            ?? attributes.FindUnused()
            ?? EnvelopedSelectFault();
    }

    private DynamoError? CompileKeyCondition(ExpressionAttributes attributes, ValidationLayer layer) => KeyConditionExpression is null
        ? null
        : Core.Expressions.KeyConditionExpression.TryParse(KeyConditionExpression, attributes, layer, out keyCondition);

    /// <summary>Query, other than Scan, wraps the texts about <c>Select</c>.</summary>
    private DynamoError? EnvelopedSelectFault() =>
        CheckSelect() is { } error ? error with { Message = Envelope + error.Message } : null;
}
