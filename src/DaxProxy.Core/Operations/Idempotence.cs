using DaxProxy.Core.Expressions;

namespace DaxProxy.Core.Operations;

/// <summary>Which writes leave the same, and are answered the same, whether they happen once or twice.</summary>
/// <remarks>
/// Pure functions. A condition fails when its own write was there before; old attributes are those that the write itself left; arithmetic,
/// <c>ADD</c>, <c>list_append</c> and everything else that reads the item reads what the write left; an element of a list is another one
/// once an element before it is gone or added. All that is not listed is not idempotent.
/// </remarks>
public static class Idempotence
{
    /// <summary>Whether a write that may have happened can be sent again.</summary>
    public static bool Holds(Operation operation) => operation switch
    {
        PutItem { Condition: null, ReturnValues: ReturnValues.NONE }
            or DeleteItem { Condition: null, ReturnValues: ReturnValues.NONE } => true,
        UpdateItem { Condition: null, ReturnValues: ReturnValues.NONE or ReturnValues.ALL_NEW or ReturnValues.UPDATED_NEW } update =>
            update.Update is null || update.Update.Actions.All(Holds),
        BatchWriteItem => true,

        // The service makes it once, however often it comes within ten minutes.
        TransactWriteItems { ClientRequestToken: not null } => true,
        _ => false,
    };

    private static bool Holds(UpdateAction action) =>
        action is UpdateAction.Set { Value: Operand.Constant } or UpdateAction.Remove or UpdateAction.Delete
        && !action.Target.Elements.Any(element => element.IsIndex);
}
