using DaxProxy.Core.Errors;
using DaxProxy.Core.Expressions;
using DaxProxy.Core.Items;

namespace DaxProxy.Core.Partiql;

/// <summary>Makes the actions of SET and REMOVE clauses, with the faults that need no table.</summary>
internal sealed class UpdateBinder(ValueBinder values)
{
    private DynamoError? error;

    /// <summary>The update; null exactly when an error is returned.</summary>
    public DynamoError? TryBind(IReadOnlyList<Statement.Assignment> assignments, out UpdateExpression? update)
    {
        update = null;
        List<UpdateAction> actions = [];
        foreach (Statement.Assignment assignment in assignments)
        {
            if (BindAction(assignment) is not UpdateAction action)
            {
                return error;
            }

            actions.Add(action);
        }

        FaultLedger faults = default;
        PathTree.Check([.. actions.Select(action => action.Target)], ref faults);
        if (faults.Worst(ExpressionKind.Update) is { } fault)
        {
            return DynamoError.Validation(fault);
        }

        update = new UpdateExpression(actions, UpdateForm.Partiql);
        return null;
    }

    private UpdateAction? BindAction(Statement.Assignment assignment)
    {
        switch (assignment.Value)
        {
            case null:
                return new UpdateAction.Remove(assignment.Target);
            case Term.Call { Function: "set_add" or "set_delete" } call:
                return BindSetFunction(assignment.Target, call);
            default:
                return BindOperand(assignment.Value) is Operand value ? new UpdateAction.Set(assignment.Target, value) : null;
        }
    }

    private UpdateAction? BindSetFunction(DocumentPath target, Term.Call call)
    {
        string function = call.Function.ToUpperInvariant();
        if (call.Operands.Count != 2)
        {
            return Fail<UpdateAction>(PartiqlFaults.SetFunctionCount(function, call.Span));
        }

        if (call.Operands[0] is not Term.Path first || !first.Value.Equals(target))
        {
            return Fail<UpdateAction>(PartiqlFaults.SetFunctionTarget(function, call.Span));
        }

        if (!ValueBinder.IsValue(call.Operands[1]))
        {
            return Fail<UpdateAction>(PartiqlFaults.SetFunctionValue(function, first.Span));
        }

        if (values.TryBind(call.Operands[1], out AttributeValue? members) is { } fault)
        {
            return Fail<UpdateAction>(fault);
        }

        if (!members!.IsSet)
        {
            return Fail<UpdateAction>(PartiqlFaults.SetFunctionValue(function, first.Span));
        }

        return call.Function == "set_add" ? new UpdateAction.Add(target, members) : new UpdateAction.Delete(target, members);
    }

    private Operand? BindOperand(Term term)
    {
        if (ValueBinder.IsValue(term))
        {
            return values.TryBind(term, out AttributeValue? value) is { } fault ? Fail<Operand>(fault) : new Operand.Constant(value!);
        }

        switch (term)
        {
            case Term.Path path:
                return new Operand.Attribute(path.Value);
            case Term.Arithmetic sum:
                string sign = sum.IsSubtraction ? "-" : "+";
                return BindOperand(sum.Left) is Operand left && BindOperand(sum.Right) is Operand right
                    && IsNoSum(left) && IsNoSum(right)
                    && HasType(sign, AttributeType.N, left) && HasType(sign, AttributeType.N, right)
                    ? new Operand.Arithmetic(left, sum.IsSubtraction, right)
                    : null;
            case Term.Call { Function: "list_append" or "if_not_exists" } call:
                return BindCall(call);
            case Term.Call call:
                return Fail<Operand>(PartiqlFaults.UnknownFunction(call.Function, call.Span));
            default:
                return Fail<Operand>(PartiqlFaults.UnexpectedPath(term.Span));
        }
    }

    private Operand? BindCall(Term.Call call)
    {
        if (call.Operands.Count != 2)
        {
            return Fail<Operand>(DynamoError.Validation(ExpressionFaults.OperandCount(call.Function, call.Operands.Count)));
        }

        if (BindOperand(call.Operands[0]) is not Operand first || BindOperand(call.Operands[1]) is not Operand second
            || !IsNoSum(first) || !IsNoSum(second))
        {
            return null;
        }

        if (call.Function == "list_append")
        {
            if (first is Operand.ListAppend || second is Operand.ListAppend)
            {
                return Fail<Operand>(DynamoError.Validation(ExpressionFaults.MisusedFunction(call.Function)));
            }

            return HasType(call.Function, AttributeType.L, first) && HasType(call.Function, AttributeType.L, second)
                ? new Operand.ListAppend(first, second)
                : null;
        }

        return first is Operand.Attribute attribute
            ? new Operand.IfNotExists(attribute.Path, second)
            : Fail<Operand>(DynamoError.Validation(ExpressionFaults.PathRequired(call.Function)));
    }

    /// <summary>
    /// Whether an operand may be part of something greater. A value has one sum at most, and only around all the rest: the update that the
    /// statement becomes has no words for more.
    /// </summary>
    private bool IsNoSum(Operand operand) =>
        operand is not Operand.Arithmetic || Fail<Operand>(PartiqlFaults.NestedSum) is not null;

    /// <summary>Whether an operand may have the type; a constant of another one is a fault.</summary>
    private bool HasType(string operation, AttributeType wanted, Operand operand)
    {
        if (operand.StaticType is not { } type || type == wanted)
        {
            return true;
        }

        Fail<Operand>(DynamoError.Validation(ExpressionFaults.OperandType(operation, type.ToString())));
        return false;
    }

    private T? Fail<T>(DynamoError fault)
        where T : class
    {
        error ??= fault;
        return null;
    }
}
