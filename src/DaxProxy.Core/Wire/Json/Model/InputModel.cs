using System.Collections.Frozen;
using System.Text.Json;

namespace DaxProxy.Core.Wire.Json.Model;

/// <summary>
/// The request side of the official API model: every operation of DynamoDB and DynamoDB Streams with the shape of its input. Read once from
/// <c>input-shapes.json</c>, an excerpt of the model that AWS publishes with its SDKs (see NOTICE).
/// </summary>
internal static class InputModel
{
    /// <summary>
    /// Enumerations print in the service's own order, which is not the model's. Source: recorded answers of the service.
    /// </summary>
    private static readonly Dictionary<string, string[]> PrintedOrder = new(StringComparer.Ordinal)
    {
        ["ReturnValue"] = ["ALL_NEW", "UPDATED_OLD", "ALL_OLD", "NONE", "UPDATED_NEW"],
        ["ReturnConsumedCapacity"] = ["INDEXES", "TOTAL", "NONE"],
        ["ReturnItemCollectionMetrics"] = ["SIZE", "NONE"],
        ["Select"] = ["SPECIFIC_ATTRIBUTES", "COUNT", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES"],
        ["ComparisonOperator"] =
        [
            "IN", "NULL", "BETWEEN", "LT", "NOT_CONTAINS", "EQ", "GT", "NOT_NULL", "NE", "LE", "BEGINS_WITH", "GE", "CONTAINS",
        ],
        ["ConditionalOperator"] = ["OR", "AND"],
        ["KeyType"] = ["HASH", "RANGE"],
        ["ScalarAttributeType"] = ["B", "N", "S"],
        ["ProjectionType"] = ["ALL", "INCLUDE", "KEYS_ONLY"],
        ["BillingMode"] = ["PROVISIONED", "PAY_PER_REQUEST"],
    };

    /// <summary>
    /// Faults of some members are reported before those of others, against the model's order. Source: recorded answers of the service.
    /// </summary>
    private static readonly Dictionary<string, string[]> ReportedFirst = new(StringComparer.Ordinal)
    {
        ["CreateTableInput"] = ["AttributeDefinitions", "TableName", "KeySchema", "GlobalSecondaryIndexes"],
        ["TransactWriteItemsInput"] = ["ClientRequestToken"],
    };

    /// <summary>The shape of the request of each operation, by target: <c>DynamoDB_20120810.GetItem</c>.</summary>
    public static FrozenDictionary<string, InputShape> Operations { get; } = Load();

    private static FrozenDictionary<string, InputShape> Load()
    {
        using Stream stream = typeof(InputModel).Assembly.GetManifestResourceStream("input-shapes.json")!;
        using JsonDocument document = JsonDocument.Parse(stream);
        JsonElement descriptions = document.RootElement.GetProperty("shapes");
        Dictionary<string, InputShape> shapes = new(StringComparer.Ordinal);
        foreach (JsonProperty description in descriptions.EnumerateObject())
        {
            shapes.Add(description.Name, Create(description.Name, description.Value));
        }

        foreach (JsonProperty description in descriptions.EnumerateObject())
        {
            Connect(shapes[description.Name], description.Value, shapes);
        }

        return document.RootElement.GetProperty("operations").EnumerateObject().ToFrozenDictionary(
            operation => operation.Name,
            operation => shapes[operation.Value.GetString()!],
            StringComparer.Ordinal);
    }

    private static InputShape Create(string name, JsonElement description) => new()
    {
        Name = name,
        Kind = Enum.Parse<InputKind>(description.GetProperty("type").GetString()!, ignoreCase: true),
        Required = Strings(description, "required") ?? [],
        Min = Number(description, "min"),
        Max = Number(description, "max"),
        Pattern = description.TryGetProperty("pattern", out JsonElement pattern) ? pattern.GetString() : null,
        Enum = Strings(description, "enum") is { } values ? PrintedOrder.GetValueOrDefault(name, values) : null,
    };

    private static void Connect(InputShape shape, JsonElement description, Dictionary<string, InputShape> shapes)
    {
        if (description.TryGetProperty("members", out JsonElement members))
        {
            foreach (JsonProperty member in members.EnumerateObject())
            {
                InputShape target = shapes[member.Value.GetString()!];
                shape.Members.Add(new(member.Name, target));
                shape.MembersByName.Add(member.Name, target);
            }
        }

        shape.MembersAsReported = ReportedFirst.TryGetValue(shape.Name, out string[]? first)
            ? [.. shape.Members.OrderBy(member => (uint)Array.IndexOf(first, member.Key))]
            : shape.Members;
        shape.Element = Reference(description, "member", shapes) ?? Reference(description, "value", shapes);
        shape.Key = Reference(description, "key", shapes);
    }

    private static InputShape? Reference(JsonElement description, string property, Dictionary<string, InputShape> shapes) =>
        description.TryGetProperty(property, out JsonElement name) ? shapes[name.GetString()!] : null;

    private static string[]? Strings(JsonElement description, string property) =>
        description.TryGetProperty(property, out JsonElement list) ? [.. list.EnumerateArray().Select(text => text.GetString()!)] : null;

    private static long? Number(JsonElement description, string property) =>
        description.TryGetProperty(property, out JsonElement number) ? number.GetInt64() : null;
}
