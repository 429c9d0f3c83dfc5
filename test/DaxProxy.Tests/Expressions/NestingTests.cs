using DaxProxy.Core.Errors;
using DaxProxy.Core.Expressions;
using NUnit.Framework;

namespace DaxProxy.Tests.Expressions;

/// <summary>Whatever 4096 bytes can hold is answered on a small stack.</summary>
public sealed class NestingTests
{
    private const int SmallStack = 512 * 1024;

    private static IEnumerable<string> Deep()
    {
        yield return new string('(', 4096);
        yield return new string('(', 2000) + "a = :v" + new string(')', 2000);
        yield return new string('(', 2000) + "a" + new string(')', 2000) + " = :v";
        yield return "a = " + new string('(', 4000);
        yield return string.Concat(Enumerable.Repeat("NOT ", 1000)) + "a = :v";
        yield return string.Concat(Enumerable.Repeat("NOT(", 800)) + "a = :v" + new string(')', 800);
        yield return string.Concat(Enumerable.Repeat("size(", 800));
        yield return string.Concat(Enumerable.Repeat("f(", 1300)) + "a" + new string(')', 1300);
        yield return string.Concat(Enumerable.Repeat("a=a OR(", 500)) + "a=a" + new string(')', 500);
        yield return string.Concat(Enumerable.Repeat("(((a=:v)OR ", 300));
        yield return "SET a = " + new string('(', 4000);
        yield return "SET a = " + string.Concat(Enumerable.Repeat("if_not_exists(a,", 250));
        yield return "SET a = " + string.Concat(Enumerable.Repeat("f(", 1300)) + "a" + new string(')', 1300);
        yield return "REMOVE " + string.Join('.', Enumerable.Repeat("a", 2000));
    }

    [TestCaseSource(nameof(Deep))]
    public void Expression_NestedDeeply_IsRefused(string text)
    {
        OnSmallStack(() =>
        {
            ExpressionAttributes substitutions = Doc.Substitutions("""{":v":1}""");
            Assert.Multiple(() =>
            {
                Assert.That(ConditionExpression.TryParse(text, ExpressionKind.Condition, substitutions, out _), Is.Not.Null);
                Assert.That(KeyConditionExpression.TryParse(text, substitutions, ValidationLayer.Older, out _), Is.Not.Null);
                Assert.That(UpdateExpression.TryParse(text, substitutions, ValidationLayer.Current, out _), Is.Not.Null);
                Assert.That(ProjectionExpression.TryParse(text, substitutions, out _), Is.Not.Null);
            });
        });
    }

    [Test]
    public void Condition_AsDeepAsAllowed_IsEvaluated()
    {
        OnSmallStack(() =>
        {
            string text = string.Concat(Enumerable.Repeat("NOT(", 299)) + "a=:v" + new string(')', 299);
            ConditionExpression.TryParse(
                text, ExpressionKind.Condition, Doc.Substitutions("""{":v":1}"""), out ConditionExpression? expression);
            Assert.That(expression!.Matches(Doc.Of("""{"a":2}""")), Is.True);
            Assert.That(expression.TopLevelNames, Is.EqualTo(new[] { "a" }));
        });
    }

    [Test]
    public void Update_AsDeepAsAllowed_IsEvaluated()
    {
        OnSmallStack(() =>
        {
            string text = "SET a=" + string.Concat(Enumerable.Repeat("if_not_exists(a,", 240)) + ":v" + new string(')', 240);
            DynamoError? error = UpdateExpression.TryParse(
                text, Doc.Substitutions("""{":v":1}"""), ValidationLayer.Current, out UpdateExpression? expression);
            Assert.That(error?.Message, Is.EqualTo(text.Length > 4096 ? "" : null));
            expression!.TryApply([], [], out Core.Items.AttributeMap? updated);
            Doc.AssertSame(updated, Doc.Of("""{"a":1}"""));
        });
    }

    private static void OnSmallStack(Action action)
    {
        Exception? thrown = null;
        Thread thread = new(
            () =>
            {
                try
                {
                    action();
                }
                catch (Exception exception)
                {
                    thrown = exception;
                }
            },
            SmallStack);
        thread.Start();
        thread.Join();
        Assert.That(thrown, Is.Null);
    }
}
