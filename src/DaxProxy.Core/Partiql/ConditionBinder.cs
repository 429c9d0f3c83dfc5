using System.Diagnostics;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Expressions;
using DaxProxy.Core.Items;

namespace DaxProxy.Core.Partiql;

/// <summary>Makes the condition of a WHERE, with the faults that need no table. As deep as the term.</summary>
internal sealed class ConditionBinder(ValueBinder values)
{
    /// <summary>Most candidates of IN; on a partition key fewer still. Source: the service's documented limit.</summary>
    private const int MaxCandidates = 100;

    private DynamoError? error;

    /// <summary>The condition; null exactly when an error is returned.</summary>
    public DynamoError? TryBind(Term where, out ConditionNode? condition)
    {
        condition = Bind(where);
        return error;
    }

    private ConditionNode? Bind(Term term) => term switch
    {
        Term.Logical logical => BindAll(logical),
        Term.Not not => Bind(not.Inner) is ConditionNode inner ? new ConditionNode.Not(inner) : null,
        Term.Comparison comparison => BindComparison(comparison),
        Term.Between between => BindBetween(between),
        Term.In any => BindIn(any),
        Term.IsType type => BindType(type),
        Term.Call call => BindCall(call),
        Term.Path => Fail(PartiqlFaults.UnexpectedPath(term.Span)),
        _ => Fail(PartiqlFaults.NotWellFormed(PartiqlFaults.UnexpectedTerm)),
    };

    private ConditionNode? BindAll(Term.Logical logical)
    {
        List<ConditionNode> terms = [];
        foreach (Term term in logical.Terms)
        {
            if (Bind(term) is not ConditionNode condition)
            {
                return null;
            }

            // A chain in parentheses is part of the chain around it.
            switch (condition)
            {
                case ConditionNode.And inner when logical.IsAnd:
                    terms.AddRange(inner.Terms);
                    break;
                case ConditionNode.Or inner when !logical.IsAnd:
                    terms.AddRange(inner.Terms);
                    break;
                default:
                    terms.Add(condition);
                    break;
            }
        }

        return logical.IsAnd ? new ConditionNode.And(terms) : new ConditionNode.Or(terms);
    }

    private ConditionNode? BindComparison(Term.Comparison comparison)
    {
        if (comparison.Operator is Comparator.Equal or Comparator.NotEqual && BindTruth(comparison) is { } truth)
        {
            return truth;
        }

        if (error is not null || BindOperand(comparison.Left) is not Operand left || BindOperand(comparison.Right) is not Operand right)
        {
            return null;
        }

        FaultLedger faults = default;
        if (comparison.Operator is not (Comparator.Equal or Comparator.NotEqual))
        {
            ConditionChecks.Ordered(ref faults, SignOf(comparison.Operator), left, right);
        }

        return Checked(ref faults, new ConditionNode.Comparison(left, comparison.Operator, right));
    }

    /// <summary>A function that says true or false, compared with one of them.</summary>
    private ConditionNode? BindTruth(Term.Comparison comparison)
    {
        (Term call, Term other) = comparison.Left is Term.Call ? (comparison.Left, comparison.Right) : (comparison.Right, comparison.Left);
        if (call is not Term.Call { Function: not "size" } || other is not Term.Literal { Value: { Type: AttributeType.BOOL } expected })
        {
            return null;
        }

        bool isAffirmed = expected.Bool == (comparison.Operator == Comparator.Equal);
        ConditionNode? condition = Bind(call);
        return condition is null || isAffirmed ? condition : new ConditionNode.Not(condition);
    }

    private ConditionNode.Between? BindBetween(Term.Between between)
    {
        if (BindOperand(between.Value) is not Operand value || BindOperand(between.Low) is not Operand low
            || BindOperand(between.High) is not Operand high)
        {
            return null;
        }

        FaultLedger faults = default;
        ConditionChecks.Ordered(ref faults, "BETWEEN", value, low, high);
        ConditionChecks.Bounds(ref faults, low, high);
        return Checked(ref faults, new ConditionNode.Between(value, low, high));
    }

    private ConditionNode? BindIn(Term.In any)
    {
        if (BindOperand(any.Value) is not Operand value || BindCandidates(any.Candidates) is not { } candidates)
        {
            return null;
        }

        return candidates.Count switch
        {
            0 => Fail(DynamoError.Validation(ExpressionFaults.OperandCount("IN", 1))),
            > MaxCandidates => Fail(DynamoError.Validation(ExpressionFaults.TooManyCandidates(candidates.Count))),
            _ => new ConditionNode.In(value, candidates),
        };
    }

    private List<Operand>? BindCandidates(Term candidates)
    {
        if (candidates is Term.ListOf written)
        {
            List<Operand> operands = [];
            foreach (Term element in written.Elements)
            {
                if (BindOperand(element) is not Operand operand)
                {
                    return null;
                }

                operands.Add(operand);
            }

            return operands;
        }

        if (BindOperand(candidates) is not Operand single)
        {
            return null;
        }

        return single is Operand.Constant { Value: { Type: AttributeType.L } list }
            ? [.. list.Elements.Select(element => new Operand.Constant(element))]
            : [single];
    }

    private ConditionNode? BindType(Term.IsType test)
    {
        if (BindOperand(test.Value) is not Operand value)
        {
            return null;
        }

        if (test.Type == "missing")
        {
            return value is Operand.Attribute attribute
                ? new ConditionNode.NotExists(attribute.Path)
                : Fail(DynamoError.Validation(ExpressionFaults.PathRequired("IS MISSING")));
        }

        List<ConditionNode> types = [.. TypeNames.MeaningOf(test.Type).Select(type => new ConditionNode.HasType(value, type))];
        return types.Count == 1 ? types[0] : new ConditionNode.Or(types);
    }

    private ConditionNode? BindCall(Term.Call call)
    {
        int count = call.Function switch
        {
            "attribute_exists" or "attribute_not_exists" => 1,
            "attribute_type" or "begins_with" or "contains" => 2,
            "size" => -1,
            _ => 0,
        };
        if (count <= 0)
        {
            return Fail(count == 0
                ? PartiqlFaults.UnknownFunction(call.Function, call.Span)
                : DynamoError.Validation(ExpressionFaults.MisusedFunction(call.Function)));
        }

        if (BindOperands(call, count) is not { } operands)
        {
            return null;
        }

        FaultLedger faults = default;
        switch (call.Function)
        {
            case "attribute_exists" or "attribute_not_exists":
                return operands[0] is not Operand.Attribute attribute
                    ? Fail(DynamoError.Validation(ExpressionFaults.PathRequired(call.Function)))
                    : call.Function == "attribute_exists"
                        ? new ConditionNode.Exists(attribute.Path)
                        : new ConditionNode.NotExists(attribute.Path);
            case "attribute_type":
                AttributeType? type = ConditionChecks.TypeName(ref faults, operands[1]);
                return Checked(ref faults, new ConditionNode.HasType(operands[0], type ?? default));
            case "begins_with":
                ConditionChecks.BeginsWith(ref faults, operands[0], operands[1]);
                return Checked(ref faults, new ConditionNode.BeginsWith(operands[0], operands[1]));
            default:
                ConditionChecks.Contains(ref faults, operands[0]);
                return Checked(ref faults, new ConditionNode.Contains(operands[0], operands[1]));
        }
    }

    private Operand? BindOperand(Term term)
    {
        if (ValueBinder.IsValue(term))
        {
            if (values.TryBind(term, out AttributeValue? value) is { } fault)
            {
                Fail(fault);
                return null;
            }

            return new Operand.Constant(value!);
        }

        switch (term)
        {
            case Term.Path path:
                return new Operand.Attribute(path.Value);
            case Term.Call { Function: "size" } call:
                if (BindOperands(call, 1) is not { } operands)
                {
                    return null;
                }

                FaultLedger faults = default;
                ConditionChecks.Size(ref faults, operands[0]);
                return Checked(ref faults, new Operand.Size(operands[0]));
            case Term.Call call:
                Fail(call.Function is "attribute_exists" or "attribute_not_exists" or "attribute_type" or "begins_with" or "contains"
                    ? DynamoError.Validation(ExpressionFaults.MisusedFunction(call.Function))
                    : PartiqlFaults.UnknownFunction(call.Function, call.Span));
                return null;
            default:
                Fail(PartiqlFaults.UnexpectedPath(term.Span));
                return null;
        }
    }

    private List<Operand>? BindOperands(Term.Call call, int count)
    {
        if (call.Operands.Count != count)
        {
            Fail(DynamoError.Validation(ExpressionFaults.OperandCount(call.Function, call.Operands.Count)));
            return null;
        }

        List<Operand> operands = [];
        foreach (Term term in call.Operands)
        {
            if (BindOperand(term) is not Operand operand)
            {
                return null;
            }

            operands.Add(operand);
        }

        return operands;
    }

    private static string SignOf(Comparator comparator) => comparator switch
    {
        Comparator.Less => "<",
        Comparator.LessOrEqual => "<=",
        Comparator.Greater => ">",
        Comparator.GreaterOrEqual => ">=",
        _ => throw new UnreachableException(),
    };

    private T? Checked<T>(ref FaultLedger faults, T bound)
        where T : class
    {
        faults.EndPrimitive();
        if (faults.Worst(ExpressionKind.Condition) is not { } fault)
        {
            return bound;
        }

        error ??= DynamoError.Validation(fault);
        return null;
    }

    private ConditionNode? Fail(DynamoError fault)
    {
        error ??= fault;
        return null;
    }
}
