using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;

namespace DaxProxy.Core.Expressions;

/// <summary>The checks of a condition's operands that need no item: each records what it finds.</summary>
/// <remarks>Constants of a wrong type are faults even in a branch that is never evaluated.</remarks>
internal static class ConditionChecks
{
    /// <summary>What the service prints where the second operand of attribute_type is a path: its type may be any.</summary>
    private const string AnyType = "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}";

    /// <summary>Boolean functions are no operands.</summary>
    public static void NoCalls(ref FaultLedger faults, params ReadOnlySpan<Operand> operands)
    {
        foreach (Operand operand in operands)
        {
            if (operand is Operand.Call call)
            {
                faults.Record(FaultClass.MisusedFunction, ExpressionFaults.MisusedFunction(call.Function));
            }
        }
    }

    /// <summary>The first operand may not come again as the same path.</summary>
    public static void Distinct(ref FaultLedger faults, string operation, Operand first, params ReadOnlySpan<Operand> others)
    {
        if (first is not Operand.Attribute attribute)
        {
            return;
        }

        foreach (Operand other in others)
        {
            if (other is Operand.Attribute second && second.Path.Equals(attribute.Path))
            {
                faults.Record(FaultClass.SamePath, ExpressionFaults.SamePath(operation, attribute.Path.ToString()));
                return;
            }
        }
    }

    /// <summary>Constants must be of a type that has an order.</summary>
    public static void Ordered(ref FaultLedger faults, string operation, params ReadOnlySpan<Operand> operands)
    {
        foreach (Operand operand in operands)
        {
            if (operand.StaticType is AttributeType type and not (AttributeType.S or AttributeType.N or AttributeType.B))
            {
                faults.Record(FaultClass.OperandKind, ExpressionFaults.OperandType(operation, type.ToString()));
            }
        }
    }

    /// <summary>Two constant bounds must be of one type and in order.</summary>
    public static void Bounds(ref FaultLedger faults, Operand low, Operand high)
    {
        if (low is not Operand.Constant { Value: AttributeValue lower } || high is not Operand.Constant { Value: AttributeValue upper })
        {
            return;
        }

        if (lower.Type != upper.Type)
        {
            faults.Record(FaultClass.OperandKind, ExpressionFaults.BetweenTypes(lower.ToString(), upper.ToString()));
        }
        else if (lower.Type is AttributeType.S or AttributeType.N or AttributeType.B && AttributeValue.CompareScalars(lower, upper) > 0)
        {
            faults.Record(FaultClass.OperandKind, ExpressionFaults.BetweenOrder(lower.ToString(), upper.ToString()));
        }
    }

    /// <summary>Constants must be strings or binaries.</summary>
    public static void BeginsWith(ref FaultLedger faults, params ReadOnlySpan<Operand> operands)
    {
        foreach (Operand operand in operands)
        {
            if (operand.StaticType is AttributeType type and not (AttributeType.S or AttributeType.B))
            {
                faults.Record(FaultClass.OperandKind, ExpressionFaults.OperandType("begins_with", type.ToString()));
            }
        }
    }

    /// <summary>A constant first operand must be able to contain something. Not recorded: ours by analogy.</summary>
    public static void Contains(ref FaultLedger faults, Operand whole)
    {
        if (whole.StaticType is AttributeType type and (AttributeType.N or AttributeType.BOOL or AttributeType.NULL or AttributeType.M))
        {
            faults.Record(FaultClass.OperandKind, ExpressionFaults.OperandType("contains", type.ToString()));
        }
    }

    /// <summary>A constant must be of a type that has a size.</summary>
    public static void Size(ref FaultLedger faults, Operand of)
    {
        if (of.StaticType is AttributeType type and (AttributeType.N or AttributeType.BOOL or AttributeType.NULL))
        {
            faults.Record(FaultClass.OperandKind, ExpressionFaults.OperandType("size", type.ToString()));
        }
    }

    /// <summary>The type that the second operand of attribute_type names; null with a fault.</summary>
    public static AttributeType? TypeName(ref FaultLedger faults, Operand name)
    {
        if (name is not Operand.Constant { Value: { Type: AttributeType.S } value })
        {
            faults.Record(FaultClass.OperandKind, ExpressionFaults.OperandType("attribute_type", name.StaticType?.ToString() ?? AnyType));
            return null;
        }

        // Not Enum.Parse alone: it would take "0" for S.
        if (!Enum.TryParse(value.String, out AttributeType type) || type.ToString() != value.String)
        {
            faults.Record(FaultClass.OperandKind, ExpressionFaults.UnknownTypeName(value.String));
            return null;
        }

        return type;
    }
}
