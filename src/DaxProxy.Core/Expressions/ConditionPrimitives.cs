using DaxProxy.Core.Errors;

namespace DaxProxy.Core.Expressions;

/// <summary>
/// Makes the conditions that are no function calls, once their operands are known, and records what is wrong with them: for texts and trees
/// alike.
/// </summary>
internal static class ConditionPrimitives
{
    private const int MaxCandidates = 100;

    /// <summary>A comparison.</summary>
    public static ConditionNode Compare(ref FaultLedger faults, Operand left, Comparator comparator, Operand right)
    {
        string sign = Sign(comparator);
        ConditionChecks.NoCalls(ref faults, left, right);
        ConditionChecks.Distinct(ref faults, sign, left, right);
        if (comparator is not (Comparator.Equal or Comparator.NotEqual))
        {
            ConditionChecks.Ordered(ref faults, sign, left, right);
        }

        faults.EndPrimitive();
        return new ConditionNode.Comparison(left, comparator, right);
    }

    /// <summary>A BETWEEN.</summary>
    public static ConditionNode Between(ref FaultLedger faults, Operand value, Operand low, Operand high)
    {
        ConditionChecks.NoCalls(ref faults, value, low, high);
        ConditionChecks.Distinct(ref faults, "BETWEEN", value, low, high);
        ConditionChecks.Ordered(ref faults, "BETWEEN", value, low, high);
        ConditionChecks.Bounds(ref faults, low, high);
        faults.EndPrimitive();
        return new ConditionNode.Between(value, low, high);
    }

    /// <summary>An IN.</summary>
    public static ConditionNode In(ref FaultLedger faults, Operand value, Operand[] candidates)
    {
        ConditionChecks.NoCalls(ref faults, value);
        ConditionChecks.NoCalls(ref faults, candidates);
        ConditionChecks.Distinct(ref faults, "IN", value, candidates);
        if (candidates.Length > MaxCandidates)
        {
            faults.Record(FaultClass.Limit, ExpressionFaults.TooManyCandidates(candidates.Length));
        }

        faults.EndPrimitive();
        return new ConditionNode.In(value, candidates);
    }

    /// <summary>A function that stands where a condition must stand; null if it is none that may.</summary>
    public static ConditionNode? OfCall(ref FaultLedger faults, Operand operand)
    {
        switch (operand)
        {
            case Operand.Call call:
                faults.EndPrimitive();
                return call.Meaning;
            case Operand.Size:
                faults.Record(FaultClass.MisusedFunction, ExpressionFaults.MisusedFunction("size"));
                faults.EndPrimitive();
                return ConditionFunctions.Faulty;
            default:
                return null;
        }
    }

    private static string Sign(Comparator comparator) => comparator switch
    {
        Comparator.Equal => "=",
        Comparator.NotEqual => "<>",
        Comparator.Less => "<",
        Comparator.LessOrEqual => "<=",
        Comparator.Greater => ">",
        _ => ">=",
    };
}
