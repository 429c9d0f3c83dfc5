using DaxProxy.Core.Errors;
using DaxProxy.Core.Expressions;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations.Legacy;

namespace DaxProxy.Core.Operations;

/// <summary>Changes attributes of one item, creating it where it does not exist.</summary>
public sealed class UpdateItem() : WriteOperation(Definition)
{
    private UpdateExpression? update;

    /// <summary>What the verb is.</summary>
    public static Verb Definition { get; } = new(nameof(UpdateItem)) { IsDecoded = true, Effect = VerbEffect.Items };

    /// <summary>The key attributes as sent.</summary>
    public required Decoded<AttributeMap> Key { get; init; }

    /// <summary>The update as sent; null when absent, which creates an item of its key alone.</summary>
    public string? UpdateExpression { get; init; }

    /// <summary>The update as it was written before expressions, as sent; null when absent.</summary>
    public IReadOnlyList<AttributeValueUpdate>? AttributeUpdates { get; init; }

    /// <summary>
    /// The compiled update; null for none. Set by the static checks where one was sent; else by the caller that has the actions.
    /// </summary>
    public UpdateExpression? Update
    {
        get => update;
        init => update = value;
    }

    /// <inheritdoc/>
    protected override DynamoError? CheckStatically(ValidationLayer layer)
    {
        if (CheckUse(layer) is { } useError)
        {
            return useError;
        }

        if (Key.Fault is { } fault)
        {
            return DynamoError.Validation(fault);
        }

        return CompileAttributeUpdates() ?? CompileExpressions(layer);
    }

    /// <inheritdoc/>
    internal override DynamoError? CompileExpressions(ValidationLayer layer) => CompileExpected()
        ?? Expressions.TryResolve(layer, out ExpressionAttributes attributes)
        ?? CompileUpdate(attributes, layer)
        ?? CompileCondition(attributes)
        ?? attributes.FindUnused();

    /// <inheritdoc/>
    protected override DynamoError? CheckUse(ValidationLayer layer) => CheckUse(
        layer, UpdateExpression is not null, AttributeUpdates is not null, "UpdateExpression and ConditionExpression are null");

    private DynamoError? CompileAttributeUpdates() =>
        AttributeUpdates is null ? null : AttributeUpdatesRules.TryCompile(AttributeUpdates, out update);

    private DynamoError? CompileUpdate(ExpressionAttributes attributes, ValidationLayer layer) => UpdateExpression is null
        ? null
        : Core.Expressions.UpdateExpression.TryParse(UpdateExpression, attributes, layer, out update);
}
