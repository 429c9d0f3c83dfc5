using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;

namespace DaxProxy.Core.Operations;

/// <summary>An action of TransactWriteItems that writes nothing: the others are made only if its condition holds.</summary>
public sealed class ConditionCheck() : WriteOperation(TransactWriteItems.Definition)
{
    /// <summary>The key attributes as sent.</summary>
    public required Decoded<AttributeMap> Key { get; init; }

    /// <inheritdoc/>
    protected override DynamoError? CheckStatically(ValidationLayer layer) => CheckUse(layer)
        ?? (Key.Fault is { } fault ? DynamoError.Validation(fault) : CompileExpressions(layer));
}
