namespace DaxProxy.Core.Expressions;

/// <summary>The first fault of each class that a parser has met, so that one pass can report the one DynamoDB would report.</summary>
/// <remarks>Belongs to one parser. Allocates only once there is a fault.</remarks>
internal struct FaultLedger
{
    private const int Classes = (int)FaultClass.Limit + 1;

    // Source: recorded answers to expressions with several faults.
    private static readonly FaultClass[] ConditionOrder =
    [
        FaultClass.RedundantParentheses, FaultClass.UnknownFunction, FaultClass.MisusedFunction, FaultClass.ReservedWord,
        FaultClass.Primitive, FaultClass.Limit,
    ];

    private static readonly FaultClass[] PrimitiveOrder =
        [FaultClass.UndefinedName, FaultClass.OperandCount, FaultClass.SamePath, FaultClass.OperandKind];

    private static readonly FaultClass[] UpdateOrder =
    [
        FaultClass.ReservedWord, FaultClass.UnknownFunction, FaultClass.MisusedFunction, FaultClass.RepeatedSection,
        FaultClass.UndefinedName, FaultClass.UndefinedValue, FaultClass.Overlap, FaultClass.Conflict, FaultClass.ActionOperand,
        FaultClass.OperandKind, FaultClass.Limit,
    ];

    private string?[]? texts;

    /// <summary>Notes a fault; the first of a class stays.</summary>
    public void Record(FaultClass fault, string text)
    {
        texts ??= new string?[Classes];
        texts[(int)fault] ??= text;
    }

    /// <summary>Whether there is a fault of a class.</summary>
    public readonly bool Has(FaultClass fault) => texts?[(int)fault] is not null;

    /// <summary>
    /// Ends a primitive condition: its faults are ranked among themselves, and the first primitive with any speaks for all.
    /// </summary>
    public void EndPrimitive()
    {
        if (texts is null)
        {
            return;
        }

        if (First(PrimitiveOrder) is string text)
        {
            Record(FaultClass.Primitive, text);
            foreach (FaultClass fault in PrimitiveOrder)
            {
                texts[(int)fault] = null;
            }
        }
    }

    /// <summary>The text to report for an expression of this kind, or null where nothing is wrong.</summary>
    public readonly string? Worst(ExpressionKind kind) =>
        texts is null ? null : First(kind is ExpressionKind.Update or ExpressionKind.Projection ? UpdateOrder : ConditionOrder);

    private readonly string? First(FaultClass[] order)
    {
        foreach (FaultClass fault in order)
        {
            if (texts![(int)fault] is string text)
            {
                return text;
            }
        }

        return null;
    }
}
