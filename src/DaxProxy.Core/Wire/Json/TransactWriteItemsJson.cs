using System.Text.Json;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Wire.Json;

/// <summary>TransactWriteItems in JSON.</summary>
internal static class TransactWriteItemsJson
{
    private static readonly string[] Kinds = ["ConditionCheck", "Put", "Delete", "Update"];

    public static JsonVerb Verb { get; } = JsonVerb.Of<TransactWriteItemsReply>(TransactWriteItems.Definition, Read, Write);

    private static void Write(Utf8JsonWriter writer, TransactWriteItemsReply reply)
    {
        CapacityJson.WriteList(writer, reply.ConsumedCapacity);
        WriteJson.WriteMetrics(writer, reply.ItemCollectionMetrics);
    }

    public static void WriteReasons(Utf8JsonWriter writer, IReadOnlyList<CancellationReason> reasons)
    {
        writer.WriteStartArray("CancellationReasons"u8);
        foreach (CancellationReason reason in reasons)
        {
            writer.WriteStartObject();
            writer.WriteString("Code"u8, reason.Code);
            if (reason.Item is not null)
            {
                writer.WritePropertyName("Item"u8);
                writer.WriteRawValue(reason.Item.Json.Span, skipInputValidation: true);
            }

            if (reason.Message is not null)
            {
                writer.WriteString("Message"u8, reason.Message);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static TransactWriteItems Read(JsonElement json, ValidationLayer layer)
    {
        List<JsonElement> entries = [.. json.GetProperty("TransactItems").EnumerateArray()];
        return new TransactWriteItems
        {
            Actions = entries.ConvertAll(entry => ReadAction(entry, layer)),
            HasSeveralActionsInOne = entries.Exists(entry => Kinds.Count(kind => entry.Member(kind) is not null) > 1),
            ClientRequestToken = json.Text("ClientRequestToken"),
            ReturnConsumedCapacity = json.Choice<ReturnConsumedCapacity>("ReturnConsumedCapacity"),
            ReturnItemCollectionMetrics = json.Text("ReturnItemCollectionMetrics") == "SIZE",
        };
    }

    private static WriteOperation? ReadAction(JsonElement entry, ValidationLayer layer)
    {
        string[] given = [.. Kinds.Where(kind => entry.Member(kind) is not null)];
        if (given.Length != 1)
        {
            return null;
        }

        JsonElement json = entry.GetProperty(given[0]);
        string tableName = json.TableName();
        string? condition = json.Text("ConditionExpression");
        ExpressionParameters expressions = json.Expressions(layer, TransactWriteItems.MoreLevels);
        bool returnItem = json.Text("ReturnValuesOnConditionCheckFailure") == "ALL_OLD";
        return given[0] switch
        {
            "Put" => new PutItem
            {
                TableName = tableName,
                Item = ReadAttributes(json, "Item", layer),
                ConditionExpression = condition,
                Expressions = expressions,
                ReturnItemOnConditionFailure = returnItem,
            },
            "Delete" => new DeleteItem
            {
                TableName = tableName,
                Key = ReadAttributes(json, "Key", layer),
                ConditionExpression = condition,
                Expressions = expressions,
                ReturnItemOnConditionFailure = returnItem,
            },
            "Update" => new UpdateItem
            {
                TableName = tableName,
                Key = ReadAttributes(json, "Key", layer),
                UpdateExpression = json.Text("UpdateExpression"),
                ConditionExpression = condition,
                Expressions = expressions,
                ReturnItemOnConditionFailure = returnItem,
            },
            _ => new ConditionCheck
            {
                TableName = tableName,
                Key = ReadAttributes(json, "Key", layer),
                ConditionExpression = condition,
                Expressions = expressions,
                ReturnItemOnConditionFailure = returnItem,
            },
        };
    }

    /// <summary>An empty name is reported before a value that is nested too deeply, wherever the two stand.</summary>
    private static Decoded<AttributeMap> ReadAttributes(JsonElement json, string member, ValidationLayer layer)
    {
        Decoded<AttributeMap> attributes = json.Attributes(member, layer);
        bool hasEmptyName = attributes.Fault == ValueFaults.TooDeep
            && json.GetProperty(member).EnumerateObject().Any(attribute => attribute.Name.Length == 0);
        return hasEmptyName ? new(null, ValueFaults.EmptyName) : attributes;
    }
}
