namespace DaxProxy.Core.Expressions;

/// <summary>The parameters that hold an expression; each is named like its kind: <c>ConditionExpression</c>.</summary>
public enum ExpressionKind
{
    /// <summary>Must hold for a write to happen.</summary>
    Condition,

    /// <summary>Drops items from what a Query or Scan has read.</summary>
    Filter,

    /// <summary>Which keys a Query reads.</summary>
    KeyCondition,

    /// <summary>Which items of a vector index are searched.</summary>
    SearchCondition,

    /// <summary>What an update changes.</summary>
    Update,

    /// <summary>Which parts of an item come back.</summary>
    Projection,
}
