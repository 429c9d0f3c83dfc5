namespace DaxProxy.Core.Expressions;

/// <summary>How an update was written.</summary>
public enum UpdateForm
{
    /// <summary>An UpdateExpression.</summary>
    Expression,

    /// <summary>AttributeUpdates: ADD takes lists too, and a mismatch of types has its own text.</summary>
    AttributeUpdates,

    /// <summary>The SET and REMOVE clauses of PartiQL.</summary>
    Partiql,
}
