using DaxProxy.Core.Errors;
using DaxProxy.Core.Expressions;
using DaxProxy.Core.Items;

namespace DaxProxy.Core.Operations.Legacy;

/// <summary>AttributeUpdates: its checks, and the update it stands for.</summary>
internal static class AttributeUpdatesRules
{
    /// <summary>Checks the entries and compiles them; null for no update, which an empty map is.</summary>
    public static DynamoError? TryCompile(IReadOnlyList<AttributeValueUpdate> updates, out UpdateExpression? expression)
    {
        expression = null;
        List<UpdateAction> actions = [];
        foreach (AttributeValueUpdate update in updates)
        {
            if (update.Value?.Fault is { } fault)
            {
                return DynamoError.Validation(fault);
            }

            if (Check(update.Action, update.Value?.Value) is { } error)
            {
                return error;
            }

            actions.Add(Meaning(new DocumentPath(update.AttributeName), update.Action, update.Value?.Value));
        }

        expression = actions.Count == 0 ? null : new UpdateExpression(actions, UpdateForm.AttributeUpdates);
        return null;
    }

    private static DynamoError? Check(AttributeAction action, AttributeValue? value) => (action, value) switch
    {
        (AttributeAction.DELETE, null) => null,
        (_, null) => LegacyFaults.ActionWithoutValue,
        (AttributeAction.DELETE, { IsSet: false }) => LegacyFaults.DeleteType(value.Type.ToString()),
        (AttributeAction.ADD, { IsSet: false, Type: not (AttributeType.N or AttributeType.L) }) =>
            LegacyFaults.AddType(value.Type.ToString()),
        _ => null,
    };

    private static UpdateAction Meaning(DocumentPath target, AttributeAction action, AttributeValue? value) => action switch
    {
        AttributeAction.DELETE => value is null ? new UpdateAction.Remove(target) : new UpdateAction.Delete(target, value),
        AttributeAction.ADD => new UpdateAction.Add(target, value!),
        _ => new UpdateAction.Set(target, new Operand.Constant(value!)),
    };
}
