using System.Text.Json;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Wire.Json;

/// <summary>ListTables in JSON.</summary>
internal static class ListTablesJson
{
    public static JsonVerb Verb { get; } = JsonVerb.Of<ListTablesReply>(ListTables.Definition, Read, Write);

    private static void Write(Utf8JsonWriter writer, ListTablesReply reply)
    {
        writer.WriteStartArray("TableNames"u8);
        foreach (string name in reply.TableNames)
        {
            writer.WriteStringValue(name);
        }

        writer.WriteEndArray();
        if (reply.LastEvaluatedTableName is not null)
        {
            writer.WriteString("LastEvaluatedTableName"u8, reply.LastEvaluatedTableName);
        }
    }

    private static ListTables Read(JsonElement json, ValidationLayer layer) => new()
    {
        ExclusiveStartTableName = json.Text("ExclusiveStartTableName"),
        Limit = json.Integer("Limit") ?? ListTables.MaxLimit,
    };
}
