using System.Diagnostics;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;

namespace DaxProxy.Core.Expressions;

/// <summary>Computes what an action leaves at its target, from the item as it was. Pure; returns the text of a fault or null.</summary>
internal static class UpdateEvaluator
{
    /// <summary>Levels of nesting an item may have, a top-level attribute being the first.</summary>
    private const int MaxLevels = 32;

    /// <summary>The new value at the target; null to have nothing there.</summary>
    public static string? TryEvaluate(UpdateAction action, AttributeMap item, bool isLegacy, out AttributeValue? value)
    {
        value = null;
        string? fault = action switch
        {
            UpdateAction.Set set => TryEvaluate(set.Value, item, out value),
            UpdateAction.Remove => null,
            UpdateAction.Add add => TryAdd(action.Target.Find(item), add.Value, isLegacy, out value),
            UpdateAction.Delete delete => TryDelete(action.Target.Find(item), delete.Value, isLegacy, out value),
            _ => throw new UnreachableException(),
        };

        if (fault is null && value is not null && action.Target.Elements.Count - 1 + LevelsOf(value) > MaxLevels)
        {
            return ValueFaults.TooDeep;
        }

        return fault;
    }

    private static string? TryEvaluate(Operand operand, AttributeMap item, out AttributeValue? value)
    {
        switch (operand)
        {
            case Operand.Constant constant:
                value = constant.Value;
                return null;
            case Operand.Attribute attribute:
                value = attribute.Path.Find(item);
                return value is null ? ExpressionFaults.AttributeMissing : null;
            case Operand.IfNotExists choice:
                value = choice.Path.Find(item);
                return value is null ? TryEvaluate(choice.Otherwise, item, out value) : null;
            case Operand.ListAppend append:
                return TryAppend(append, item, out value);
            case Operand.Arithmetic arithmetic:
                return TryCompute(arithmetic, item, out value);
            default:
                throw new UnreachableException();
        }
    }

    private static string? TryAppend(Operand.ListAppend append, AttributeMap item, out AttributeValue? value)
    {
        value = null;
        string? fault = TryEvaluate(append.First, item, out AttributeValue? first)
            ?? TryEvaluate(append.Second, item, out value);
        AttributeValue? second = value;
        value = null;
        if (fault is not null)
        {
            return fault;
        }

        if (first!.Type != AttributeType.L || second!.Type != AttributeType.L)
        {
            return ExpressionFaults.AttributeType;
        }

        value = AttributeValue.FromList([.. first.Elements, .. second.Elements]);
        return null;
    }

    private static string? TryCompute(Operand.Arithmetic arithmetic, AttributeMap item, out AttributeValue? value)
    {
        value = null;
        AttributeValue? right = null;
        string? fault = TryEvaluate(arithmetic.Left, item, out AttributeValue? left) ?? TryEvaluate(arithmetic.Right, item, out right);
        if (fault is not null)
        {
            return fault;
        }

        if (left!.Type != AttributeType.N || right!.Type != AttributeType.N)
        {
            return ExpressionFaults.AttributeType;
        }

        bool fits = arithmetic.IsSubtraction
            ? Number.TrySubtract(left.Number, right.Number, out Number result)
            : Number.TryAdd(left.Number, right.Number, out result);
        value = fits ? AttributeValue.FromNumber(result) : null;
        return fits ? null : ValueFaults.Overflow;
    }

    private static string? TryAdd(AttributeValue? old, AttributeValue addend, bool isLegacy, out AttributeValue? value)
    {
        value = null;
        if (old is null)
        {
            value = addend;
        }
        else if (old.Type != addend.Type)
        {
            return isLegacy ? ExpressionFaults.LegacyAttributeType : ExpressionFaults.AttributeType;
        }
        else if (addend.Type == AttributeType.N)
        {
            if (!Number.TryAdd(old.Number, addend.Number, out Number sum))
            {
                return ValueFaults.Overflow;
            }

            value = AttributeValue.FromNumber(sum);
        }
        else if (addend.IsSet)
        {
            value = AttributeValue.FromSet(old.Type, [.. old.Elements, .. Without(addend.Elements, old.Elements)]);
        }
        else
        {
            value = AttributeValue.FromList([.. old.Elements, .. addend.Elements]);
        }

        return null;
    }

    private static string? TryDelete(AttributeValue? old, AttributeValue members, bool isLegacy, out AttributeValue? value)
    {
        value = null;
        if (old is null)
        {
            return null;
        }

        if (old.Type != members.Type)
        {
            return isLegacy ? ExpressionFaults.LegacyAttributeType : ExpressionFaults.AttributeType;
        }

        AttributeValue[] rest = Without(old.Elements, members.Elements);
        value = rest.Length == 0 ? null : AttributeValue.FromSet(old.Type, rest);
        return null;
    }

    /// <summary>The members of one set that another one of its type lacks; both are sorted, and so is the result.</summary>
    private static AttributeValue[] Without(IReadOnlyList<AttributeValue> members, IReadOnlyList<AttributeValue> others)
    {
        List<AttributeValue> result = new(members.Count);
        int next = 0;
        foreach (AttributeValue member in members)
        {
            while (next < others.Count && AttributeValue.CompareScalars(others[next], member) < 0)
            {
                next++;
            }

            if (next == others.Count || AttributeValue.CompareScalars(others[next], member) != 0)
            {
                result.Add(member);
            }
        }

        return [.. result];
    }

    /// <summary>How many levels a valid value takes: 1 for a scalar or a set. Its own depth is bounded, and so is this recursion.</summary>
    private static int LevelsOf(AttributeValue value)
    {
        int inner = 0;
        if (value.Type == AttributeType.L)
        {
            foreach (AttributeValue element in value.Elements)
            {
                inner = Math.Max(inner, LevelsOf(element));
            }
        }
        else if (value.Type == AttributeType.M)
        {
            foreach (AttributeValue element in value.Map.Values)
            {
                inner = Math.Max(inner, LevelsOf(element));
            }
        }

        return 1 + inner;
    }
}
