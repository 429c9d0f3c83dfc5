using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;

namespace DaxProxy.Core.Expressions;

/// <summary>
/// What the actions of an update do with their operands: makes their values, and records what is wrong with them, for texts and trees
/// alike.
/// </summary>
internal static class UpdateFunctions
{
    /// <summary>The value of a function call; a stand-in with a fault.</summary>
    public static Operand Make(ref FaultLedger faults, string function, IReadOnlyList<Operand> operands)
    {
        switch (function)
        {
            case "if_not_exists" or "list_append" when operands.Count != 2:
                faults.Record(FaultClass.OperandKind, ExpressionFaults.OperandCount(function, operands.Count));
                return operands[0];
            case "if_not_exists" when operands[0] is Operand.Attribute attribute:
                return new Operand.IfNotExists(attribute.Path, operands[1]);
            case "if_not_exists":
                faults.Record(FaultClass.OperandKind, ExpressionFaults.PathRequired(function));
                return operands[1];
            case "list_append":
                CheckConstant(ref faults, function, AttributeType.L, operands[0]);
                CheckConstant(ref faults, function, AttributeType.L, operands[1]);
                if (operands[0] is Operand.ListAppend || operands[1] is Operand.ListAppend)
                {
                    faults.Record(FaultClass.MisusedFunction, ExpressionFaults.MisusedFunction(function));
                }

                return new Operand.ListAppend(operands[0], operands[1]);
            case "size" or "contains" or "begins_with" or "attribute_exists" or "attribute_not_exists" or "attribute_type":
                faults.Record(FaultClass.MisusedFunction, ExpressionFaults.NotForUpdates(function));
                return operands[0];
            default:
                faults.Record(FaultClass.UnknownFunction, ExpressionFaults.UnknownFunction(function));
                return operands[0];
        }
    }

    /// <summary>A sum or difference.</summary>
    public static Operand Calculate(ref FaultLedger faults, Operand left, bool isSubtraction, Operand right)
    {
        CheckConstant(ref faults, isSubtraction ? "-" : "+", AttributeType.N, left);
        CheckConstant(ref faults, isSubtraction ? "-" : "+", AttributeType.N, right);
        return new Operand.Arithmetic(left, isSubtraction, right);
    }

    /// <summary>The constant of an ADD or DELETE must be a set, or a number to add.</summary>
    public static void CheckConstant(ref FaultLedger faults, string action, AttributeValue value)
    {
        if (!value.IsSet && !(action == "ADD" && value.Type == AttributeType.N))
        {
            faults.Record(FaultClass.ActionOperand, ExpressionFaults.ActionOperandType(action, WordFor(value.Type)));
        }
    }

    private static string WordFor(AttributeType type) => type switch
    {
        AttributeType.S => "STRING",
        AttributeType.N => "NUMBER",
        AttributeType.B => "BINARY",
        AttributeType.BOOL => "BOOLEAN",
        AttributeType.L => "LIST",
        AttributeType.M => "MAP",
        _ => "NULL",
    };

    private static void CheckConstant(ref FaultLedger faults, string operation, AttributeType wanted, Operand operand)
    {
        if (operand.StaticType is AttributeType type && type != wanted)
        {
            faults.Record(FaultClass.OperandKind, ExpressionFaults.OperandType(operation, type.ToString()));
        }
    }
}
