using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;

namespace DaxProxy.Core.Operations;

/// <summary>Deletes one item by its key; deleting nothing succeeds.</summary>
public sealed class DeleteItem() : WriteOperation(Definition)
{
    /// <summary>What the verb is.</summary>
    public static Verb Definition { get; } = new(nameof(DeleteItem)) { IsDecoded = true, Effect = VerbEffect.Items };

    /// <summary>The key attributes as sent.</summary>
    public required Decoded<AttributeMap> Key { get; init; }

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

        return ReturnValues is ReturnValues.NONE or ReturnValues.ALL_OLD
            ? CompileExpressions(layer)
            : RequestFaults.ReturnValuesOnlyAllOld;
    }
}
