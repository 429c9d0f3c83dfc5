using System.Text;
using DaxProxy.Core.Expressions;
using DaxProxy.Core.Items;
using NUnit.Framework;

namespace DaxProxy.Tests.Expressions;

/// <summary>Random conditions, written as text, parsed and evaluated, against an evaluator that knows nothing of the parser.</summary>
public sealed class ConditionPropertyTests
{
    [Test]
    public void Condition_Random_AgreesWithTheModel([Range(1, 20)] int seed)
    {
        RandomDocuments random = new(seed);
        int evaluated = 0;
        for (int round = 0; round < 200; round++)
        {
            AttributeMap values = [];
            AttributeMap item = random.Map(3);
            object plain = PlainDocument.Of(AttributeValue.FromMap(item));
            (string text, bool expected) = Condition(random, 3, values, plain);
            string? error = ConditionExpression.TryParse(
                text, ExpressionKind.Filter, new ExpressionAttributes(null, values), out ConditionExpression? expression)?.Message;
            if (error is not null)
            {
                // The only static faults these trees can have.
                Assert.That(error, Does.Contain("must be distinct").Or.Contain("Incorrect operand type"), $"seed {seed}: {text}");
                continue;
            }

            evaluated++;
            Assert.That(expression!.Matches(item), Is.EqualTo(expected), $"seed {seed}: {text} on {AttributeValue.FromMap(item)}");
        }

        Assert.That(evaluated, Is.GreaterThan(50));
    }

    private static (string Text, bool Holds) Condition(RandomDocuments random, int depth, AttributeMap values, object item)
    {
        switch (random.Random.Next(depth == 0 ? 2 : 5))
        {
            case 2:
                (string text, bool holds) = Condition(random, depth - 1, values, item);
                return ($"NOT ({Unwrapped(text)})", !holds);
            case 3 or 4:
                (string Text, bool Holds) left = Condition(random, depth - 1, values, item),
                    right = Condition(random, depth - 1, values, item);
                bool isAnd = random.Random.Next(2) == 0;
                bool both = isAnd ? left.Holds && right.Holds : left.Holds || right.Holds;
                return ($"(({Unwrapped(left.Text)}) {(isAnd ? "AND" : "oR")} ({Unwrapped(right.Text)}))", both);
            default:
                return Primitive(random, values, item);
        }
    }

    /// <summary>The text without its outer parentheses, where it has some: another pair around them would be redundant.</summary>
    private static string Unwrapped(string text) => text.StartsWith("((", StringComparison.Ordinal) ? text[1..^1] : text;

    private static (string Text, bool Holds) Primitive(RandomDocuments random, AttributeMap values, object item)
    {
        (string leftText, AttributeValue? left) = Operand(random, values, item, true);
        (string rightText, AttributeValue? right) = Operand(random, values, item, false);
        switch (random.Random.Next(9))
        {
            case 0:
                return ($"{leftText} = {rightText}", left is not null && right is not null && left.Equals(right));
            case 1:
                return ($"{leftText} <> {rightText}", left is null || right is null || !left.Equals(right));
            case 2:
                return ($"{leftText} < {rightText}", Order(left, right) is < 0);
            case 3:
                return ($"{leftText} >= {rightText}", Order(left, right) is >= 0);
            case 4:
                return ($"attribute_exists({leftText})", left is not null);
            case 5:
                return ($"contains({leftText}, {rightText})", Contains(left, right));
            case 6:
                return ($"begins_with({leftText}, {rightText})", BeginsWith(left, right));
            case 7:
                bool isSized = left is { Type: not (AttributeType.N or AttributeType.BOOL or AttributeType.NULL) };
                return ($"size({leftText}) = {Constant(values, Doc.N(2))}", isSized && SizeOf(left!) == 2);
            default:
                (string thirdText, AttributeValue? third) = Operand(random, values, item, false);
                return ($"{leftText} IN ({rightText}, {thirdText})", left is not null && (left.Equals(right) || left.Equals(third)));
        }
    }

    private static (string Text, AttributeValue? Value) Operand(RandomDocuments random, AttributeMap values, object item, bool mustBePath)
    {
        if (!mustBePath && random.Random.Next(3) > 0)
        {
            AttributeValue constant = random.Value(1);
            return (Constant(values, constant), constant);
        }

        DocumentPath path = random.Path();
        object? found = PlainDocument.Find(item, path.Elements);
        return (TextOf(path), found is null ? null : PlainDocument.Back(found));
    }

    private static string Constant(AttributeMap values, AttributeValue value)
    {
        string placeholder = ":v" + values.Count;
        values.Add(placeholder, value);
        return placeholder;
    }

    internal static string TextOf(DocumentPath path)
    {
        StringBuilder text = new(path.TopLevelName);
        foreach (PathElement element in path.Elements.Skip(1))
        {
            text.Append(element.IsIndex ? $"[{element.Index}]" : "." + element.Name);
        }

        return text.ToString();
    }

    private static int? Order(AttributeValue? left, AttributeValue? right) => (left?.Type, right?.Type) switch
    {
        (AttributeType.S, AttributeType.S) => string.CompareOrdinal(left!.String, right!.String),
        (AttributeType.N, AttributeType.N) => int.Parse(left!.Number.ToString()).CompareTo(int.Parse(right!.Number.ToString())),
        (AttributeType.B, AttributeType.B) => string.CompareOrdinal(
            Convert.ToHexString(left!.Binary.Span), Convert.ToHexString(right!.Binary.Span)),
        _ => null,
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
            AttributeType.B => part.Type == AttributeType.B
                && Convert.ToHexString(whole.Binary.Span).Contains(Convert.ToHexString(part.Binary.Span), StringComparison.Ordinal),
            AttributeType.L or AttributeType.SS or AttributeType.NS => whole.Elements.Any(part.Equals),
            _ => false,
        };
    }

    private static bool BeginsWith(AttributeValue? whole, AttributeValue? prefix) => (whole?.Type, prefix?.Type) switch
    {
        (AttributeType.S, AttributeType.S) => whole!.String.StartsWith(prefix!.String, StringComparison.Ordinal),
        (AttributeType.B, AttributeType.B) =>
            Convert.ToHexString(whole!.Binary.Span).StartsWith(Convert.ToHexString(prefix!.Binary.Span), StringComparison.Ordinal),
        _ => false,
    };

    private static int SizeOf(AttributeValue value) => value.Type switch
    {
        AttributeType.S => Encoding.UTF8.GetBytes(value.String).Length,
        AttributeType.B => value.Binary.Length,
        AttributeType.M => value.Map.Count,
        _ => value.Elements.Count,
    };
}
