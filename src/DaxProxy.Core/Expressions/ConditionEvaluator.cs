using System.Diagnostics;
using DaxProxy.Core.Items;

namespace DaxProxy.Core.Expressions;

/// <summary>Says whether a condition holds for an item. Pure; recursion is as deep as the tree, which its parser bounds.</summary>
internal static class ConditionEvaluator
{
    /// <summary>Whether the condition holds; a null item has no attributes.</summary>
    public static bool Holds(ConditionNode node, AttributeMap? item)
    {
        switch (node)
        {
            case ConditionNode.And and:
                return All(and.Terms, item);
            case ConditionNode.Or or:
                return Any(or.Terms, item);
            case ConditionNode.Not not:
                return !Holds(not.Term, item);
            case ConditionNode.Comparison comparison:
                return Compare(Evaluate(comparison.Left, item), comparison.Operator, Evaluate(comparison.Right, item));
            case ConditionNode.Between between:
                AttributeValue? value = Evaluate(between.Value, item);
                return Compare(value, Comparator.GreaterOrEqual, Evaluate(between.Low, item))
                    && Compare(value, Comparator.LessOrEqual, Evaluate(between.High, item));
            case ConditionNode.In any:
                return IsOneOf(Evaluate(any.Value, item), any.Candidates, item);
            case ConditionNode.Exists exists:
                return exists.Path.Find(item) is not null;
            case ConditionNode.NotExists missing:
                return missing.Path.Find(item) is null;
            case ConditionNode.HasType typed:
                return Evaluate(typed.Value, item)?.Type == typed.Type;
            case ConditionNode.BeginsWith begins:
                return BeginsWith(Evaluate(begins.Value, item), Evaluate(begins.Prefix, item));
            case ConditionNode.Contains contains:
                return Contains(Evaluate(contains.Value, item), Evaluate(contains.Part, item));
            default:
                throw new UnreachableException();
        }
    }

    private static bool All(IReadOnlyList<ConditionNode> terms, AttributeMap? item)
    {
        foreach (ConditionNode term in terms)
        {
            if (!Holds(term, item))
            {
                return false;
            }
        }

        return true;
    }

    private static bool Any(IReadOnlyList<ConditionNode> terms, AttributeMap? item)
    {
        foreach (ConditionNode term in terms)
        {
            if (Holds(term, item))
            {
                return true;
            }
        }

        return false;
    }

    private static AttributeValue? Evaluate(Operand operand, AttributeMap? item) => operand switch
    {
        Operand.Attribute attribute => attribute.Path.Find(item),
        Operand.Constant constant => constant.Value,
        Operand.Size size => SizeOf(Evaluate(size.Of, item)),
        _ => throw new UnreachableException(),
    };

    private static AttributeValue? SizeOf(AttributeValue? value) => value?.Type switch
    {
        null or AttributeType.N or AttributeType.BOOL or AttributeType.NULL => null,
        AttributeType.S => Count(AttributeValue.Utf8Length(value.String)),
        AttributeType.B => Count(value.Binary.Length),
        AttributeType.M => Count(value.Map.Count),
        _ => Count(value.Elements.Count),
    };

    private static AttributeValue Count(int size) => AttributeValue.FromNumber(Number.FromInt64(size));

    private static bool Compare(AttributeValue? left, Comparator comparator, AttributeValue? right)
    {
        if (comparator is Comparator.Equal or Comparator.NotEqual)
        {
            // Missing differs from everything, another missing one included.
            bool equal = left is not null && left.Equals(right);
            return equal == (comparator == Comparator.Equal);
        }

        if (left is null || right is null || left.Type != right.Type
            || left.Type is not (AttributeType.S or AttributeType.N or AttributeType.B))
        {
            return false;
        }

        int order = AttributeValue.CompareScalars(left, right);
        return comparator switch
        {
            Comparator.Less => order < 0,
            Comparator.LessOrEqual => order <= 0,
            Comparator.Greater => order > 0,
            _ => order >= 0,
        };
    }

    private static bool IsOneOf(AttributeValue? value, IReadOnlyList<Operand> candidates, AttributeMap? item)
    {
        foreach (Operand candidate in candidates)
        {
            if (value is not null && value.Equals(Evaluate(candidate, item)))
            {
                return true;
            }
        }

        return false;
    }

    private static bool BeginsWith(AttributeValue? value, AttributeValue? prefix) => (value?.Type, prefix?.Type) switch
    {
        (AttributeType.S, AttributeType.S) => value!.String.StartsWith(prefix!.String, StringComparison.Ordinal),
        (AttributeType.B, AttributeType.B) => value!.Binary.Span.StartsWith(prefix!.Binary.Span),
        _ => false,
    };

    private static bool Contains(AttributeValue? whole, AttributeValue? part)
    {
        if (whole is null || part is null)
        {
            return false;
        }

        return whole.Type switch
        {
            AttributeType.S => part.Type == AttributeType.S && whole.String.Contains(part.String, StringComparison.Ordinal),
            AttributeType.B => part.Type == AttributeType.B && whole.Binary.Span.IndexOf(part.Binary.Span) >= 0,
            // The members of a set are values of its member type, so a part of another type equals none of them.
            AttributeType.L or AttributeType.SS or AttributeType.NS or AttributeType.BS => whole.Elements.Contains(part),
            _ => false,
        };
    }
}
