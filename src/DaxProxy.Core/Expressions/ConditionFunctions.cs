using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;

namespace DaxProxy.Core.Expressions;

/// <summary>The functions of conditions: gives a parsed call its meaning, or records why it has none.</summary>
internal static class ConditionFunctions
{
    /// <summary>Stands for a condition that has a fault; the tree it is in is never seen.</summary>
    public static readonly ConditionNode Faulty = new ConditionNode.Not(new ConditionNode.And([]));

    /// <summary>The meaning of a call: <see cref="Operand.Size"/>, or a condition wrapped in <see cref="Operand.Call"/>.</summary>
    public static Operand Make(ref FaultLedger faults, string function, List<Operand> operands)
    {
        ConditionChecks.NoCalls(ref faults, [.. operands]);
        int? expected = function switch
        {
            "attribute_exists" or "attribute_not_exists" or "size" => 1,
            "attribute_type" or "begins_with" or "contains" => 2,
            _ => null,
        };
        if (expected is null)
        {
            bool isForUpdates = function is "if_not_exists" or "list_append";
            faults.Record(
                isForUpdates ? FaultClass.MisusedFunction : FaultClass.UnknownFunction,
                isForUpdates ? ExpressionFaults.NotForConditions(function) : ExpressionFaults.UnknownFunction(function));
        }
        else if (operands.Count != expected)
        {
            faults.Record(FaultClass.OperandCount, ExpressionFaults.OperandCount(function, operands.Count));
        }
        else if (function == "size")
        {
            ConditionChecks.Size(ref faults, operands[0]);
            return new Operand.Size(operands[0]);
        }
        else
        {
            return new Operand.Call(function, MakePredicate(ref faults, function, operands));
        }

        // A size with a wrong number of operands is misused all the same where it stands alone.
        return function == "size" ? new Operand.Size(operands[0]) : new Operand.Call(function, Faulty);
    }

    private static ConditionNode MakePredicate(ref FaultLedger faults, string function, List<Operand> operands)
    {
        Operand first = operands[0];
        if (function is "attribute_exists" or "attribute_not_exists")
        {
            if (first is not Operand.Attribute attribute)
            {
                faults.Record(FaultClass.OperandKind, ExpressionFaults.PathRequired(function));
                return Faulty;
            }

            return function == "attribute_exists" ? new ConditionNode.Exists(attribute.Path) : new ConditionNode.NotExists(attribute.Path);
        }

        Operand second = operands[1];
        ConditionChecks.Distinct(ref faults, function, first, second);
        switch (function)
        {
            case "begins_with":
                ConditionChecks.BeginsWith(ref faults, first, second);
                return new ConditionNode.BeginsWith(first, second);
            case "contains":
                ConditionChecks.Contains(ref faults, first);
                return new ConditionNode.Contains(first, second);
            default:
                return ConditionChecks.TypeName(ref faults, second) is AttributeType type ? new ConditionNode.HasType(first, type) : Faulty;
        }
    }
}
