namespace DaxProxy.Core.Expressions;

/// <summary>The classes of faults that DynamoDB ranks: one expression may have several and reports the highest.</summary>
internal enum FaultClass : byte
{
    RedundantParentheses,
    UnknownFunction,
    MisusedFunction,
    ReservedWord,
    RepeatedSection,
    UndefinedName,
    UndefinedValue,
    Overlap,
    Conflict,

    /// <summary>ADD or DELETE of a constant it never takes.</summary>
    ActionOperand,

    OperandCount,
    SamePath,
    OperandKind,

    /// <summary>What the first faulty primitive condition reports.</summary>
    Primitive,

    /// <summary>Too many operators or candidates, too long a path, too large an index.</summary>
    Limit,
}
