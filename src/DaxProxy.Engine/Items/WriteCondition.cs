using DaxProxy.Core.Expressions;

namespace DaxProxy.Engine.Items;

/// <summary>What must hold of an item for a write to be made.</summary>
/// <param name="Expression">The condition; null when there is none.</param>
/// <param name="ReturnItemOnFailure">Whether a refusal carries the item.</param>
internal readonly record struct WriteCondition(ConditionExpression? Expression, bool ReturnItemOnFailure)
{
    /// <summary>No condition.</summary>
    public static WriteCondition None => default;
}
