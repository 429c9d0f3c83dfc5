using System.Text;
using DaxProxy.Core.Items;
using NUnit.Framework;

namespace DaxProxy.Tests.Items;

public sealed class ItemSizeTests
{
    [TestCase("""{"id":{"S":"Fred"}}""", 6)]
    [TestCase("""{"a":{"N":"123456"}}""", 5)]
    [TestCase("""{"a":{"BOOL":true},"b":{"NULL":true}}""", 4)]
    [TestCase("""{"s":{"SS":["ab","c"]}}""", 4)]
    [TestCase("""{"l":{"L":[{"S":"ab"},{"N":"1"}]}}""", 10)]
    [TestCase("""{"m":{"M":{"k":{"S":"ab"}}}}""", 8)]
    [TestCase("""{"é":{"S":"é"}}""", 4)]
    [TestCase("""{"n":{"NS":["0","1","1.5"]},"b":{"B":"AAE="},"c":{"BS":["","AA=="]}}""", 12)]
    [TestCase("""{"m":{"M":{}},"l":{"L":[]}}""", 8)]
    [TestCase("{}", 0)]
    public void Of_Item_CountsAsDynamoDBDoes(string json, int bytes)
    {
        AttributeMap attributes = AttributeJson.Read(Encoding.UTF8.GetBytes(json));
        Assert.That(ItemSize.Of(attributes), Is.EqualTo(bytes));
        Assert.That(Item.FromAttributes(attributes).SizeBytes, Is.EqualTo(bytes));
    }

    [TestCase("0", 1)]
    [TestCase("1", 2)]
    [TestCase("12", 2)]
    [TestCase("123", 3)]
    [TestCase("1234", 3)]
    [TestCase("100", 2)]
    [TestCase("1010", 3)]
    [TestCase("1.5", 3)]
    [TestCase("1.234", 4)]
    [TestCase("3.14159", 5)]
    [TestCase("100.5", 4)]
    [TestCase("0.15", 2)]
    [TestCase("1E-7", 2)]
    [TestCase("1E125", 2)]
    [TestCase("-1", 3)]
    [TestCase("-42", 3)]
    [TestCase("99999999999999999999999999999999999999", 20)]
    public void Of_Number_IsTheLengthOfItsKeyBytes(string text, int bytes) =>
        Assert.That(ItemSize.Of(AttributeValue.FromNumber(RandomValues.Parse(text))), Is.EqualTo(bytes));

    // Each: 2 + s + 18 + sort key, s the attributes beside it with one byte a name and short length prefixes.
    [TestCase("""{"partition":{"S":"ab"}}""", null, 2 + (1 + 3) + 18)]
    [TestCase("""{"p":{"S":"ab"},"sort":{"S":"xyz"}}""", "sort", 2 + (1 + 3) + 18 + 3)]
    [TestCase("""{"p":{"S":"ab"},"sort":{"S":"xyz"}}""", null, 2 + (1 + 3) + (1 + 4) + 18)]
    [TestCase("""{"p":{"N":"1"},"b":{"B":"AAE="},"t":{"BOOL":false},"z":{"NULL":true}}""", null, 2 + (1 + 3) + (1 + 3) + 2 + 1 + 18)]
    [TestCase("""{"s":{"SS":["ab","c"]},"n":{"NS":["1"]},"x":{"BS":["AA=="]}}""", null, 2 + (1 + 6) + (1 + 4) + (1 + 3) + 18)]
    [TestCase("""{"m":{"M":{"key":{"S":"ab"}}},"l":{"L":[{"S":"ab"}]}}""", null, 2 + (1 + 9) + (1 + 6) + 18)]
    public void OnPage_Entry_CountsTheStoredForm(string json, string? rangeName, int bytes) =>
        Assert.That(ItemSize.OnPage(AttributeJson.Read(Encoding.UTF8.GetBytes(json)), rangeName), Is.EqualTo(bytes));

    [TestCase(127, 2 + 129 + 18)]
    [TestCase(128, 2 + 131 + 18)]
    [TestCase(3067, 2 + 3070 + 18)]
    [TestCase(3068, 2 + 3071 + (2 * 18))]
    [TestCase(16_383, 2 + 16_386 + (6 * 18))]
    [TestCase(16_384, 2 + 16_388 + (6 * 18))]
    public void OnPage_LongString_CountsItsPrefixAndTheKeyPerChunk(int length, int bytes)
    {
        AttributeMap item = new() { ["name"] = AttributeValue.FromString(new string('x', length)) };
        Assert.That(ItemSize.OnPage(item, null), Is.EqualTo(bytes));
    }
}
