using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;

namespace DaxProxy.Engine.Transfers;

/// <summary>An item that was not put.</summary>
/// <param name="Key">The object that has it.</param>
/// <param name="Line">The line where it begins.</param>
/// <param name="Error">Why; a failed condition carries the item that is there.</param>
/// <param name="Item">The item; null where there is none.</param>
internal sealed record RejectedItem(string Key, long Line, DynamoError Error, Item? Item)
{
    /// <summary>Whether nothing is wrong with it but that its condition does not hold.</summary>
    public bool IsConditionFailure => Error.Name == TableFaults.ConditionFailed.Name;
}
