using DaxProxy.Core.Errors;
using DaxProxy.Core.Expressions;
using NUnit.Framework;

namespace DaxProxy.Tests.Expressions;

public sealed class KeyConditionTests
{
    private const string Values = """{":s":"s",":t":"t",":n":1,":bool":true,"#d":"a.b"}""";

    [TestCase("a = :s OR b = :s", "Invalid operator used in KeyConditionExpression: OR")]
    [TestCase("NOT a = :s", "Invalid operator used in KeyConditionExpression: NOT")]
    [TestCase("a IN (:s)", "Invalid operator used in KeyConditionExpression: IN")]
    [TestCase("a <> :s", "Invalid operator used in KeyConditionExpression: <>")]
    [TestCase("attribute_exists(a)", "Invalid operator used in KeyConditionExpression: attribute_exists")]
    [TestCase("attribute_not_exists(a)", "Invalid operator used in KeyConditionExpression: attribute_not_exists")]
    [TestCase("contains(a, :s)", "Invalid operator used in KeyConditionExpression: contains")]
    [TestCase("size(a) = :n", "KeyConditionExpressions cannot contain nested operations")]
    [TestCase("size(a) BETWEEN :n AND :n", "KeyConditionExpressions cannot contain nested operations")]
    [TestCase("a = :s AND a = :t", "Invalid KeyConditionExpression: KeyConditionExpressions must only contain one condition per key")]
    [TestCase("a.b = :s", "KeyConditionExpressions cannot have conditions on nested attributes")]
    [TestCase("a[0] = :s", "KeyConditionExpressions cannot have conditions on nested attributes")]
    [TestCase("a = b", "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition")]
    [TestCase("a BETWEEN b AND :s", "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition")]
    [TestCase(":s = :t", "Invalid condition in KeyConditionExpression: No key attribute specified")]
    [TestCase(
        ":s BETWEEN a AND :t",
        "Invalid condition in KeyConditionExpression: BETWEEN operator must have the key attribute as its first operand")]
    [TestCase(
        "begins_with(:s, a)",
        "Invalid condition in KeyConditionExpression: begins_with operator must have the key attribute as its first operand")]
    [TestCase("", "Invalid KeyConditionExpression: The expression can not be empty;")]
    [TestCase("((a = :s))", "Invalid KeyConditionExpression: The expression has redundant parentheses;")]
    [TestCase("begins_with(a, :n)", "Invalid KeyConditionExpression: Incorrect operand type for operator or function; operator or function: begins_with, operand type: N")]
    [TestCase(
        "a < :bool",
        "Invalid KeyConditionExpression: Incorrect operand type for operator or function; operator or function: <, operand type: BOOL")]
    [TestCase(
        "a = :u", "Invalid KeyConditionExpression: An expression attribute value used in expression is not defined; attribute value: :u")]
    [TestCase(
        "a < :bool AND b = :u",
        "Invalid KeyConditionExpression: Incorrect operand type for operator or function; operator or function: <, operand type: BOOL")]
    public void KeyCondition_Faulty_ReportsTheServicesText(string text, string fault)
    {
        DynamoError? error = KeyConditionExpression.TryParse(
            text, Doc.Substitutions(Values), ValidationLayer.Current, out KeyConditionExpression? expression);
        Assert.Multiple(() =>
        {
            Assert.That(error?.Message, Is.EqualTo(fault));
            Assert.That(expression, Is.Null);
        });
    }

    [Test]
    public void KeyCondition_SameKeyTwiceInTheOlderLayer_HasNoPrefix() =>
        Assert.That(
            KeyConditionExpression.TryParse("a = :s AND a = :t", Doc.Substitutions(Values), ValidationLayer.Older, out _)?.Message,
            Is.EqualTo("KeyConditionExpressions must only contain one condition per key"));

    [TestCase("a = :s", KeyOperator.Equal)]
    [TestCase("(a = :s)", KeyOperator.Equal)]
    [TestCase("a < :s", KeyOperator.Less)]
    [TestCase("a <= :s", KeyOperator.LessOrEqual)]
    [TestCase("a > :s", KeyOperator.Greater)]
    [TestCase("a >= :s", KeyOperator.GreaterOrEqual)]
    [TestCase(":s = a", KeyOperator.Equal)]
    [TestCase(":s > a", KeyOperator.Less)]
    [TestCase(":s >= a", KeyOperator.LessOrEqual)]
    [TestCase(":s < a", KeyOperator.Greater)]
    [TestCase(":s <= a", KeyOperator.GreaterOrEqual)]
    [TestCase("begins_with(a, :s)", KeyOperator.BeginsWith)]
    [TestCase("a BETWEEN :s AND :t", KeyOperator.Between)]
    public void KeyCondition_OfOneClause_PutsTheKeyFirst(string text, KeyOperator expected)
    {
        KeyConditionExpression.TryParse(text, Doc.Substitutions(Values), ValidationLayer.Current, out KeyConditionExpression? expression);
        KeyCondition condition = expression!.Conditions.Single();
        Assert.Multiple(() =>
        {
            Assert.That(condition.AttributeName, Is.EqualTo("a"));
            Assert.That(condition.Operator, Is.EqualTo(expected));
            Assert.That(condition.Value.String, Is.EqualTo("s"));
            Assert.That(condition.Upper?.String, Is.EqualTo(expected == KeyOperator.Between ? "t" : null));
        });
    }

    [Test]
    public void KeyCondition_OfSeveralClauses_KeepsTheirOrder()
    {
        KeyConditionExpression.TryParse(
            "(b > :n AND #d = :s) AND c = :t", Doc.Substitutions(Values), ValidationLayer.Current, out KeyConditionExpression? expression);
        Assert.That(expression!.Conditions.Select(condition => condition.AttributeName), Is.EqualTo(new[] { "b", "a.b", "c" }));
    }
}
