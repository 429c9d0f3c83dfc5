using DaxProxy.Core.Expressions;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations.Legacy;
using DaxProxy.Tests.Expressions;
using NUnit.Framework;

namespace DaxProxy.Tests.Operations.Legacy;

/// <summary>Random legacy conditions against the expressions that say the same, on random items.</summary>
public sealed class LegacyConditionPropertyTests
{
    private static readonly ComparisonOperator[] Comparisons = Enum.GetValues<ComparisonOperator>();

    [Test]
    public void Condition_Random_EqualsItsExpression([Range(1, 20)] int seed)
    {
        RandomDocuments random = new(seed);
        int evaluated = 0, held = 0;
        for (int round = 0; round < 500; round++)
        {
            AttributeMap values = [];
            List<AttributeCondition> conditions = [];
            List<string> texts = [];
            foreach (string name in new[] { "a", "b" }.Take(random.Random.Next(1, 3)))
            {
                AttributeCondition condition = Condition(random, name);
                conditions.Add(condition);
                texts.Add(TextOf(condition, values));
            }

            ConditionalOperator conditionalOperator = random.Random.Next(2) == 0 ? ConditionalOperator.AND : ConditionalOperator.OR;
            if (ConditionRules.TryCompile(conditions, conditionalOperator, out ConditionExpression? legacy) is not null)
            {
                continue;
            }

            string text = string.Join($" {conditionalOperator} ", texts);
            Assert.That(
                ConditionExpression.TryParse(
                    text, ExpressionKind.Filter, new ExpressionAttributes(null, values), out ConditionExpression? expression),
                Is.Null, $"seed {seed}: {text}");
            AttributeMap item = random.Map(1);
            evaluated++;
            held += legacy!.Matches(item) ? 1 : 0;
            Assert.That(
                legacy.Matches(item), Is.EqualTo(expression!.Matches(item)), $"seed {seed}: {text} on {AttributeValue.FromMap(item)}");
            Assert.That(legacy.TopLevelNames, Is.EqualTo(expression.TopLevelNames));
        }

        Assert.That(evaluated, Is.GreaterThan(100));
        Assert.That(held, Is.GreaterThan(10).And.LessThan(evaluated - 10));
    }

    private static AttributeCondition Condition(RandomDocuments random, string name)
    {
        ComparisonOperator comparison = Comparisons[random.Random.Next(Comparisons.Length)];
        int count = comparison switch
        {
            ComparisonOperator.NULL or ComparisonOperator.NOT_NULL => 0,
            ComparisonOperator.BETWEEN => 2,
            ComparisonOperator.IN => random.Random.Next(1, 4),
            _ => 1,
        };
        return new AttributeCondition(
            name, comparison, [.. Enumerable.Range(0, count).Select(_ => (Decoded<AttributeValue>)random.Value(1))]);
    }

    private static string TextOf(AttributeCondition condition, AttributeMap values)
    {
        string[] v = [.. condition.Values.Select(value => Placeholder(value.Value!, values))];
        string a = condition.AttributeName;
        return condition.Comparison switch
        {
            ComparisonOperator.EQ => $"{a} = {v[0]}",
            ComparisonOperator.NE => $"{a} <> {v[0]}",
            ComparisonOperator.LT => $"{a} < {v[0]}",
            ComparisonOperator.LE => $"{a} <= {v[0]}",
            ComparisonOperator.GT => $"{a} > {v[0]}",
            ComparisonOperator.GE => $"{a} >= {v[0]}",
            ComparisonOperator.IN => $"{a} IN ({string.Join(", ", v)})",
            ComparisonOperator.BETWEEN => $"{a} BETWEEN {v[0]} AND {v[1]}",
            ComparisonOperator.NULL => $"attribute_not_exists({a})",
            ComparisonOperator.NOT_NULL => $"attribute_exists({a})",
            ComparisonOperator.CONTAINS => $"contains({a}, {v[0]})",
            ComparisonOperator.NOT_CONTAINS => $"(attribute_exists({a}) AND NOT contains({a}, {v[0]}))",
            _ => $"begins_with({a}, {v[0]})",
        };
    }

    private static string Placeholder(AttributeValue value, AttributeMap values)
    {
        string placeholder = ":v" + values.Count;
        values.Add(placeholder, value);
        return placeholder;
    }
}
