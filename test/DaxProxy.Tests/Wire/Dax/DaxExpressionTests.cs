using System.Text.Json;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Expressions;
using DaxProxy.Core.Items;
using DaxProxy.Core.Wire.Json.Outbound;
using NUnit.Framework;
using EncodedExpressionReader = DaxProxy.Core.Wire.Dax.Reading.EncodedExpressionReader;

namespace DaxProxy.Tests.Wire.Dax;

public sealed class DaxExpressionTests
{
    private static IEnumerable<DaxVector> Vectors =>
        DaxVectors.All.Where(vector => vector.Name.StartsWith("expr.", StringComparison.Ordinal));

    [TestCaseSource(nameof(Vectors))]
    public void Expression_OfAClient_IsTheTreeOfItsText(object source)
    {
        DaxVector vector = (DaxVector)source;
        string text = vector.Json.GetProperty("expression").GetString()!;
        ExpressionAttributes attributes = new(NamesOf(vector.Json.GetProperty("names")), ValuesOf(vector.Json.GetProperty("values")));
        switch (vector.Name.Split('.')[1])
        {
            case "projection":
                Assert.That(EncodedExpressionReader.TryReadProjection(vector.Bytes, out ProjectionExpression? projection), Is.Null);
                ProjectionExpression.TryParse(text, attributes, out ProjectionExpression? parsed);
                Assert.That(projection!.Paths, Is.EqualTo(parsed!.Paths));
                Assert.That(TreeEncoder.Encode(parsed), Is.EqualTo(vector.Bytes));
                break;
            case "update":
                Assert.That(
                    EncodedExpressionReader.TryReadUpdate(vector.Bytes, ValidationLayer.Older, out UpdateExpression? update), Is.Null);
                UpdateExpression.TryParse(text, attributes, ValidationLayer.Older, out UpdateExpression? parsedUpdate);
                Assert.That(update!.Actions, Is.EqualTo(parsedUpdate!.Actions));
                break;
            case "keycondition":
                Assert.That(
                    EncodedExpressionReader.TryReadKeyCondition(vector.Bytes, ValidationLayer.Older, out KeyConditionExpression? key),
                    Is.Null);
                KeyConditionExpression.TryParse(text, attributes, ValidationLayer.Older, out KeyConditionExpression? parsedKey);
                Assert.That(key!.Conditions, Is.EqualTo(parsedKey!.Conditions));
                break;
            default:
                Assert.That(EncodedExpressionReader.TryReadCondition(
                    vector.Bytes, ExpressionKind.Filter, ValidationLayer.Older, out ConditionExpression? condition), Is.Null);
                ConditionExpression.TryParse(text, ExpressionKind.Filter, attributes, out ConditionExpression? parsedCondition);
                AssertSame(condition!, parsedCondition!, text);
                break;
        }
    }

    [Test]
    public void Condition_Random_IsTheTreeOfItsText([Range(1, 20)] int seed)
    {
        RandomExpressions random = new(seed);
        int compared = 0;
        for (int round = 0; round < 100; round++)
        {
            (string text, ExpressionAttributes attributes) = random.Condition();
            DynamoError? error = ConditionExpression.TryParse(text, ExpressionKind.Filter, attributes, out ConditionExpression? parsed);
            if (error is null)
            {
                compared++;
                DynamoError? refusal = EncodedExpressionReader.TryReadCondition(
                    TreeEncoder.Encode(parsed!), ExpressionKind.Filter, ValidationLayer.Older, out ConditionExpression? read);
                Assert.That(refusal?.Message, Is.Null, text);
                AssertSame(read!, parsed!, text);
            }
        }

        Assert.That(compared, Is.GreaterThan(20));
    }

    [Test]
    public void Update_Random_IsTheTreeOfItsText([Range(1, 20)] int seed)
    {
        RandomExpressions random = new(seed);
        int compared = 0;
        for (int round = 0; round < 100; round++)
        {
            (string text, ExpressionAttributes attributes) = random.Update();
            if (UpdateExpression.TryParse(text, attributes, ValidationLayer.Older, out UpdateExpression? parsed) is null)
            {
                compared++;
                DynamoError? refusal = EncodedExpressionReader.TryReadUpdate(
                    TreeEncoder.Encode(parsed!), ValidationLayer.Older, out UpdateExpression? read);
                Assert.That(refusal?.Message, Is.Null, text);
                Assert.That(read!.Actions, Is.EqualTo(parsed!.Actions), text);
            }
        }

        Assert.That(compared, Is.GreaterThan(20));
    }

    [TestCase("830183028212616182126161" + "80", "The first operand must be distinct", TestName = "One path on both sides")]
    [TestCase("83018210" + "82126161" + "80", "not allowed to be used this way", TestName = "size as a condition")]
    [TestCase(
        "8301830082" + "0b" + "82126161" + "821100" + "8101", "not allowed to be used this way", TestName = "A condition as an operand")]
    [TestCase("830183028212616182110081f5", "Incorrect operand type", TestName = "An order of booleans")]
    [TestCase("83018409821261618211008211018205" + "01", "upper bound to be greater", TestName = "Bounds in the wrong order")]
    [TestCase("8301830d8212616182110081" + "6158", "Invalid attribute type name", TestName = "A type that does not exist")]
    public void Condition_WithAFault_IsRefusedInTheWordsOfItsText(string hex, string text)
    {
        DynamoError? error = EncodedExpressionReader.TryReadCondition(
            Convert.FromHexString(hex), ExpressionKind.Condition, ValidationLayer.Older, out _);
        Assert.That(error?.Message, Does.StartWith("Invalid ConditionExpression: ").And.Contain(text));
    }

    [TestCase("8301828313821261618211008316821261618081" + "01", TestName = "Something is wrong with the tree")]
    [TestCase("830181831182126161" + "00" + "80", TestName = "A value where an action belongs")]
    [TestCase("8302818216821261" + "6180", TestName = "Another version")]
    [TestCase("8301818216821261" + "61", TestName = "No values")]
    [TestCase("83018083" + "80", TestName = "No actions")]
    public void Update_ThatIsNone_IsNotRead(string hex) => Assert.That(
        () => EncodedExpressionReader.TryReadUpdate(Convert.FromHexString(hex), ValidationLayer.Older, out _),
        Throws.TypeOf<FormatException>());

    [Test]
    public void Update_OfOneSectionTwice_IsRefusedInTheWordsOfItsText()
    {
        byte[] bytes = Convert.FromHexString("8301" + "83" + "831382126161821100" + "821682126162" + "831382126163821100" + "8101");
        DynamoError? error = EncodedExpressionReader.TryReadUpdate(bytes, ValidationLayer.Older, out _);
        Assert.That(error?.Message, Does.Contain("The \"SET\" section can only be used once"));
    }

    [Test]
    public void Update_OfOverlappingPaths_IsRefusedInTheWordsOfItsText()
    {
        byte[] bytes = Convert.FromHexString("8301" + "82" + "831382126161821100" + "83138312616161628211008101");
        DynamoError? error = EncodedExpressionReader.TryReadUpdate(bytes, ValidationLayer.Older, out _);
        Assert.That(error?.Message, Does.StartWith("Invalid UpdateExpression: Two document paths overlap"));
    }

    [TestCase(299)]
    [TestCase(300)]
    [TestCase(310)]
    public void Condition_OfManyOperators_IsRefusedAsItsTextIs(int operators)
    {
        // Comparisons joined by AND: each but the first brings two operators.
        int terms = (operators + 1) / 2;
        string text = string.Join(" AND ", Enumerable.Repeat("a = b", terms)) + (operators % 2 == 0 ? " AND NOT attribute_exists(c)" : "");
        DynamoError? expected = ConditionExpression.TryParse(text, ExpressionKind.Filter, ExpressionAttributes.None, out _);
        List<ConditionNode> nodes = [.. Enumerable.Repeat(
            new ConditionNode.Comparison(new Operand.Attribute(new("a")), Comparator.Equal, new Operand.Attribute(new("b"))), terms)];
        if (operators % 2 == 0)
        {
            nodes.Add(new ConditionNode.Not(new ConditionNode.Exists(new("c"))));
        }

        byte[] bytes = TreeEncoder.Encode(new ConditionExpression(new ConditionNode.And(nodes)));
        DynamoError? error = EncodedExpressionReader.TryReadCondition(bytes, ExpressionKind.Filter, ValidationLayer.Older, out _);
        Assert.That(error?.Message, Is.EqualTo(expected?.Message));
    }

    [Test]
    public void Trees_NestedWithoutEnd_AreRefused()
    {
        foreach (byte opcode in (byte[])[6, 7, 8, 16, 23, 24])
        {
            byte[] deep = [0x83, 0x01, .. Enumerable.Repeat<byte[]>([0x82, opcode], 3000).SelectMany(node => node), 0x80, 0x80];
            Assert.That(
                () => EncodedExpressionReader.TryReadCondition(deep, ExpressionKind.Filter, ValidationLayer.Older, out _),
                Throws.TypeOf<FormatException>(),
                $"{opcode}");
        }
    }

    private static void AssertSame(ConditionExpression one, ConditionExpression other, string text)
    {
        ExpressionText oneText = new(), otherText = new();
        Assert.That(oneText.Of(one), Is.EqualTo(otherText.Of(other)), text);
        Assert.That(oneText.Names, Is.EqualTo(otherText.Names), text);
        Assert.That(oneText.Values, Is.EqualTo(otherText.Values), text);
        CanonicalWriter oneKey = new(), otherKey = new();
        oneKey.Condition(one);
        otherKey.Condition(other);
        Assert.That(oneKey.Written.SequenceEqual(otherKey.Written), Is.True, text);
    }

    private static Dictionary<string, string>? NamesOf(JsonElement names) =>
        names.ValueKind == JsonValueKind.Null
            ? null
            : names.EnumerateObject().ToDictionary(name => name.Name, name => name.Value.GetString()!);

    private static AttributeMap? ValuesOf(JsonElement values) =>
        values.ValueKind == JsonValueKind.Null
            ? null
            : AttributeJson.Read(System.Text.Encoding.UTF8.GetBytes(values.GetRawText().Replace(" ", "", StringComparison.Ordinal)));
}
