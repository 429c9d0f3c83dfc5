using System.Text.Json;
using Amazon.DynamoDBv2.Model;

namespace DaxProxy.Conformance;

/// <summary>Items as the wire writes them, to and from those of the SDK: a test says <c>{'p':{'S':'x'}}</c>.</summary>
internal static class Attributes
{
    /// <summary>Reads an item; apostrophes stand for quotes.</summary>
    public static Dictionary<string, AttributeValue> Item(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json.Replace('\'', '"'));
        return Map(document.RootElement);
    }

    /// <summary>Writes an item with its names and the members of its sets in order, so that equal items are equal texts.</summary>
    public static string Text(IReadOnlyDictionary<string, AttributeValue>? item)
    {
        if (item is null)
        {
            return "none";
        }

        IEnumerable<string> members = item.OrderBy(member => member.Key, StringComparer.Ordinal).Select(
            member => $"'{member.Key}':{Text(member.Value)}");
        return $"{{{string.Join(',', members)}}}";
    }

    /// <summary>Writes items in their order.</summary>
    public static string[] Texts(IEnumerable<Dictionary<string, AttributeValue>> items) => [.. items.Select(Text)];

    private static Dictionary<string, AttributeValue> Map(JsonElement map) =>
        map.EnumerateObject().ToDictionary(member => member.Name, member => Value(member.Value), StringComparer.Ordinal);

    private static AttributeValue Value(JsonElement element)
    {
        JsonProperty tag = element.EnumerateObject().Single();
        return tag.Name switch
        {
            "S" => new AttributeValue { S = tag.Value.GetString() },
            "N" => new AttributeValue { N = tag.Value.GetString() },
            "B" => new AttributeValue { B = new MemoryStream(tag.Value.GetBytesFromBase64()) },
            "BOOL" => new AttributeValue { BOOL = tag.Value.GetBoolean() },
            "NULL" => new AttributeValue { NULL = tag.Value.GetBoolean() },
            "SS" => new AttributeValue { SS = [.. tag.Value.EnumerateArray().Select(member => member.GetString()!)] },
            "NS" => new AttributeValue { NS = [.. tag.Value.EnumerateArray().Select(member => member.GetString()!)] },
            "BS" => new AttributeValue
            {
                BS = [.. tag.Value.EnumerateArray().Select(member => new MemoryStream(member.GetBytesFromBase64()))],
            },
            "L" => new AttributeValue { L = [.. tag.Value.EnumerateArray().Select(Value)] },
            "M" => new AttributeValue { M = Map(tag.Value) },
            _ => throw new ArgumentException(tag.Name),
        };
    }

    private static string Text(AttributeValue value) => value switch
    {
        { S: { } s } => $"{{'S':'{s}'}}",
        { N: { } n } => $"{{'N':'{n}'}}",
        { B: { } b } => $"{{'B':'{Convert.ToBase64String(b.ToArray())}'}}",
        { BOOL: { } flag } => $"{{'BOOL':{(flag ? "true" : "false")}}}",
        { NULL: true } => "{'NULL':true}",
        { SS: { Count: > 0 } set } => Set("SS", set),
        { NS: { Count: > 0 } set } => Set("NS", set),
        { BS: { Count: > 0 } set } => Set("BS", set.Select(member => Convert.ToBase64String(member.ToArray()))),
        { L: { } list } => $"{{'L':[{string.Join(',', list.Select(Text))}]}}",
        { M: { } map } => $"{{'M':{Text(map)}}}",
        _ => "{}",
    };

    private static string Set(string tag, IEnumerable<string> members) =>
        $"{{'{tag}':[{string.Join(',', members.Order(StringComparer.Ordinal).Select(member => $"'{member}'"))}]}}";
}
