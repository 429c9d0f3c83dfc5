using System.Text.Json;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Wire.Json;

/// <summary>BatchGetItem in JSON.</summary>
internal static class BatchGetItemJson
{
    public static JsonVerb Verb { get; } =
        JsonVerb.Of<BatchGetItemReply>(BatchGetItem.Definition, Read, Write) with { PreCheck = CheckRequestItems };

    private static void Write(Utf8JsonWriter writer, BatchGetItemReply reply)
    {
        writer.WriteStartObject("Responses"u8);
        foreach ((string table, IReadOnlyList<Item> items) in reply.Responses)
        {
            writer.WriteStartArray(table);
            foreach (Item item in items)
            {
                writer.WriteRawValue(item.Json.Span, skipInputValidation: true);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
        writer.WriteStartObject("UnprocessedKeys"u8);
        foreach (BatchGetItem.KeysAndAttributes table in reply.UnprocessedKeys)
        {
            WriteUnprocessed(writer, table);
        }

        writer.WriteEndObject();
        CapacityJson.WriteList(writer, reply.ConsumedCapacity);
    }

    /// <summary>The elements of <c>Keys</c>.</summary>
    public static void WriteKeys(Utf8JsonWriter writer, BatchGetItem.KeysAndAttributes table)
    {
        for (int at = 0; at < table.Keys.Count; at++)
        {
            WriteKey(writer, table.Keys[at].Value!, table.Spellings?[at] ?? "");
        }
    }

    /// <summary>The numbers of a key as they were sent, by attribute.</summary>
    public static string SpellingOf(JsonElement key) => string.Join(
        '\n',
        key.EnumerateObject()
            .Where(attribute => attribute.Value.ValueKind == JsonValueKind.Object && attribute.Value.Member("N") is not null)
            .OrderBy(attribute => attribute.Name, StringComparer.Ordinal)
            .Select(attribute => $"{attribute.Name} {attribute.Value.Text("N")}"));

    /// <summary>Numbers as they were spelt: the service takes two spellings of one number for two keys.</summary>
    private static void WriteKey(Utf8JsonWriter writer, AttributeMap key, string spellings)
    {
        writer.WriteStartObject();
        foreach ((string name, AttributeValue value) in key.OrderBy(attribute => attribute.Key, StringComparer.Ordinal))
        {
            writer.WritePropertyName(name);
            if (value.Type != AttributeType.N || spellings.Length == 0)
            {
                AttributeJson.Write(writer, value);
                continue;
            }

            // The entries are sorted by name as we go, and no number has a line break in it.
            string rest = spellings[(name.Length + 1)..];
            int end = rest.IndexOf('\n', StringComparison.Ordinal);
            writer.WriteStartObject();
            writer.WriteString("N"u8, end < 0 ? rest : rest[..end]);
            writer.WriteEndObject();
            spellings = end < 0 ? "" : rest[(end + 1)..];
        }

        writer.WriteEndObject();
    }

    private static void WriteUnprocessed(Utf8JsonWriter writer, BatchGetItem.KeysAndAttributes table)
    {
        writer.WriteStartObject(table.TableName);
        writer.WriteStartArray("Keys"u8);
        WriteKeys(writer, table);
        writer.WriteEndArray();
        if (table.ConsistentRead)
        {
            writer.WriteBoolean("ConsistentRead"u8, true);
        }

        if (table.ProjectionExpression is not null)
        {
            writer.WriteString("ProjectionExpression"u8, table.ProjectionExpression);
        }

        if (table.AttributesToGet is not null)
        {
            writer.WriteStartArray("AttributesToGet"u8);
            foreach (string name in table.AttributesToGet)
            {
                writer.WriteStringValue(name);
            }

            writer.WriteEndArray();
        }

        if (table.Expressions.Names is not null)
        {
            writer.WriteStartObject("ExpressionAttributeNames"u8);
            foreach ((string reference, string name) in table.Expressions.Names)
            {
                writer.WriteString(reference, name);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static DynamoError? CheckRequestItems(JsonElement json, ValidationLayer layer) =>
        BatchJson.CheckRequestItems(json, nameof(BatchGetItem), layer);

    private static BatchGetItem Read(JsonElement json, ValidationLayer layer) => new()
    {
        Tables = [.. json.GetProperty("RequestItems").EnumerateObject().Select(table => ReadTable(table, layer))],
        ReturnConsumedCapacity = json.Choice<ReturnConsumedCapacity>("ReturnConsumedCapacity"),
    };

    private static BatchGetItem.KeysAndAttributes ReadTable(JsonProperty table, ValidationLayer layer) => new()
    {
        TableName = JsonMembers.PlainTableName(table.Name),
        Keys = [.. table.Value.GetProperty("Keys").EnumerateArray().Select(key => AttributeReader.ReadMap(key, layer))],
        Spellings = [.. table.Value.GetProperty("Keys").EnumerateArray().Select(SpellingOf)],
        ConsistentRead = table.Value.Flag("ConsistentRead"),
        ProjectionExpression = table.Value.Text("ProjectionExpression"),
        AttributesToGet = table.Value.AttributesToGet(),
        Expressions = table.Value.Expressions(layer),
    };
}
