using DaxProxy.Core.Expressions;
using DaxProxy.Core.Items;

namespace DaxProxy.Core.Partiql;

/// <summary>Which terms of a WHERE say something about a key.</summary>
internal static class KeyTerms
{
    /// <summary>The terms that must all hold; none for no condition.</summary>
    public static IReadOnlyList<ConditionNode> Conjuncts(ConditionNode? where) => where switch
    {
        null => [],
        ConditionNode.And both => both.Terms,
        _ => [where],
    };

    /// <summary>All of these terms as one condition; null for none.</summary>
    public static ConditionNode? All(IReadOnlyList<ConditionNode> terms) => terms.Count switch
    {
        0 => null,
        1 => terms[0],
        _ => new ConditionNode.And(terms),
    };

    /// <summary>
    /// Takes an equality for each key attribute out of a WHERE. False where one is missing; the rest are the terms that were not needed.
    /// </summary>
    public static bool TryTakeKey(ConditionNode? where, KeySchema schema, out AttributeMap key, out IReadOnlyList<ConditionNode> rest)
    {
        key = [];
        List<ConditionNode> left = [.. Conjuncts(where)];
        rest = left;
        foreach (string name in schema.Names)
        {
            int at = left.FindIndex(term => EqualTo(term, name) is not null);
            if (at < 0)
            {
                return false;
            }

            key.Add(name, EqualTo(left[at], name)!);
            left.RemoveAt(at);
        }

        return true;
    }

    /// <summary>The value that a term says this attribute equals; null where it says something else.</summary>
    public static AttributeValue? EqualTo(ConditionNode term, string name) =>
        TryAsClause(term, name) is { Operator: KeyOperator.Equal, Value: var value } ? value : null;

    /// <summary>The values that a term allows for this attribute, by IN or by alternatives; null where it says something else.</summary>
    public static IReadOnlyList<AttributeValue>? OneOf(ConditionNode term, string name)
    {
        switch (term)
        {
            case ConditionNode.In any when IsAttribute(any.Value, name) && any.Candidates.All(candidate => candidate is Operand.Constant):
                return [.. any.Candidates.Select(candidate => ((Operand.Constant)candidate).Value)];
            case ConditionNode.Or either when either.Terms.All(alternative => EqualTo(alternative, name) is not null):
                return [.. either.Terms.Select(alternative => EqualTo(alternative, name)!)];
            default:
                return null;
        }
    }

    /// <summary>Whether a term alone says which values this attribute may have: by equality or IN, not by alternatives.</summary>
    public static bool Fixes(ConditionNode term, string name) =>
        EqualTo(term, name) is not null || (term is ConditionNode.In && OneOf(term, name) is not null);

    /// <summary>A term as the clause of a key condition on this attribute; null where it is none.</summary>
    public static KeyCondition? TryAsClause(ConditionNode term, string name)
    {
        switch (term)
        {
            case ConditionNode.Comparison comparison when IsAttribute(comparison.Left, name) && comparison.Right is Operand.Constant right:
                return Clause(name, comparison.Operator, right.Value);
            case ConditionNode.Comparison comparison when IsAttribute(comparison.Right, name) && comparison.Left is Operand.Constant left:
                return Clause(name, Mirror(comparison.Operator), left.Value);
            case ConditionNode.Between between when IsAttribute(between.Value, name)
                && between.Low is Operand.Constant low && between.High is Operand.Constant high:
                return new KeyCondition(name, KeyOperator.Between, low.Value, high.Value);
            case ConditionNode.BeginsWith begins when IsAttribute(begins.Value, name) && begins.Prefix is Operand.Constant prefix:
                return new KeyCondition(name, KeyOperator.BeginsWith, prefix.Value, null);
            default:
                return null;
        }
    }

    /// <summary>Whether a term reads this attribute.</summary>
    public static bool Reads(ConditionNode term, string? name) =>
        name is not null && new ConditionExpression(term).Paths.Any(path => path.TopLevelName == name);

    private static bool IsAttribute(Operand operand, string name) =>
        operand is Operand.Attribute { Path: { IsNested: false } path } && path.TopLevelName == name;

    private static KeyCondition? Clause(string name, Comparator comparator, AttributeValue value) => comparator switch
    {
        Comparator.Equal => new KeyCondition(name, KeyOperator.Equal, value, null),
        Comparator.Less => new KeyCondition(name, KeyOperator.Less, value, null),
        Comparator.LessOrEqual => new KeyCondition(name, KeyOperator.LessOrEqual, value, null),
        Comparator.Greater => new KeyCondition(name, KeyOperator.Greater, value, null),
        Comparator.GreaterOrEqual => new KeyCondition(name, KeyOperator.GreaterOrEqual, value, null),
        _ => null,
    };

    private static Comparator Mirror(Comparator comparator) => comparator switch
    {
        Comparator.Less => Comparator.Greater,
        Comparator.LessOrEqual => Comparator.GreaterOrEqual,
        Comparator.Greater => Comparator.Less,
        Comparator.GreaterOrEqual => Comparator.LessOrEqual,
        _ => comparator,
    };
}
