using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;

namespace DaxProxy.Core.Operations;

/// <summary>Writes one whole item, replacing any that has its key.</summary>
public sealed class PutItem() : WriteOperation(Definition)
{
    /// <summary>What the verb is.</summary>
    public static Verb Definition { get; } = new(nameof(PutItem)) { IsDecoded = true, Effect = VerbEffect.Items };

    /// <summary>The item as sent.</summary>
    public required Decoded<AttributeMap> Item { get; init; }

    /// <inheritdoc/>
    protected override DynamoError? CheckStatically(ValidationLayer layer)
    {
        if (CheckUse(layer) is { } useError)
        {
            return useError;
        }

        if (Item.Fault is { } fault)
        {
            return DynamoError.Validation(fault);
        }

        if (ReturnValues is not (ReturnValues.NONE or ReturnValues.ALL_OLD))
        {
            return RequestFaults.ReturnValuesOnlyAllOld;
        }

        if (ItemSize.Of(Item.Value!) > ItemSize.MaxItemBytes)
        {
            return RequestFaults.ItemTooLarge;
        }

        return CompileExpressions(layer);
    }
}
