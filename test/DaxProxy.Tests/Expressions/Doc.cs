using System.Globalization;
using System.Text.Json;
using DaxProxy.Core.Expressions;
using DaxProxy.Core.Items;
using NUnit.Framework;

namespace DaxProxy.Tests.Expressions;

/// <summary>
/// Attributes from plain JSON: lists, maps and scalars as they are, the rest as <c>{"$ss":["a"]}</c>, <c>{"$b":"base64"}</c>.
/// </summary>
internal static class Doc
{
    public static AttributeMap Of(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return Map(document.RootElement);
    }



    public static AttributeValue N(string text) =>
        Number.TryParse(text, out Number number) == NumberFault.None ? AttributeValue.FromNumber(number) : throw new FormatException(text);

    public static AttributeValue N(long value) => N(value.ToString(CultureInfo.InvariantCulture));

    /// <summary>Substitutions: <c>{"#a":"name",":v":1}</c>.</summary>
    public static ExpressionAttributes Substitutions(string json)
    {
        AttributeMap all = Of(json);
        AttributeMap values = [];
        Dictionary<string, string> names = [];
        foreach ((string key, AttributeValue value) in all)
        {
            if (key[0] == '#')
            {
                names.Add(key, value.String);
            }
            else
            {
                values.Add(key, value);
            }
        }

        return new ExpressionAttributes(names, values);
    }

    /// <summary>Asserts that two items are the same.</summary>
    public static void AssertSame(AttributeMap? actual, AttributeMap? expected, string? message = null)
    {
        if (actual is null || expected is null)
        {
            Assert.That(actual, Is.SameAs(expected), message);
            return;
        }

        Assert.That(AttributeValue.FromMap(actual).Equals(AttributeValue.FromMap(expected)), Is.True,
            $"{message}: expected {AttributeValue.FromMap(expected)}, was {AttributeValue.FromMap(actual)}");
    }

    private static AttributeMap Map(JsonElement element)
    {
        AttributeMap map = [];
        foreach (JsonProperty property in element.EnumerateObject())
        {
            map.Add(property.Name, Value(property.Value));
        }

        return map;
    }

    private static AttributeValue Value(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => AttributeValue.FromString(element.GetString()!),
        JsonValueKind.Number => N(element.GetRawText()),
        JsonValueKind.True => AttributeValue.True,
        JsonValueKind.False => AttributeValue.False,
        JsonValueKind.Array => AttributeValue.FromList([.. element.EnumerateArray().Select(Value)]),
        JsonValueKind.Object => Special(element) ?? AttributeValue.FromMap(Map(element)),
        _ => AttributeValue.Null,
    };

    private static AttributeValue? Special(JsonElement element)
    {
        JsonProperty[] members = [.. element.EnumerateObject()];
        if (members.Length != 1)
        {
            return null;
        }

        JsonElement content = members[0].Value;
        return members[0].Name switch
        {
            "$b" => AttributeValue.FromBinary(content.GetBytesFromBase64()),
            "$ss" => AttributeValue.FromSet(AttributeType.SS, [.. content.EnumerateArray().Select(Value)]),
            "$ns" => AttributeValue.FromSet(AttributeType.NS, [.. content.EnumerateArray().Select(Value)]),
            "$bs" => AttributeValue.FromSet(
                AttributeType.BS, [.. content.EnumerateArray().Select(member => AttributeValue.FromBinary(member.GetBytesFromBase64()))]),
            _ => null,
        };
    }
}
