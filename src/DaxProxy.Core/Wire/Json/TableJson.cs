using System.Text.Json;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Wire.Json;

/// <summary>DescribeTable and DeleteTable in JSON, and what the answers of all four verbs about a table say.</summary>
internal static class TableJson
{
    public static JsonVerb DescribeVerb { get; } = JsonVerb.Of<TableReply>(
        DescribeTable.Definition,
        (json, _) => new DescribeTable { TableName = json.TableName() },
        (writer, reply) => Write(writer, "Table"u8, reply));

    public static JsonVerb DeleteVerb { get; } = JsonVerb.Of<TableReply>(
        DeleteTable.Definition,
        (json, _) => new DeleteTable { TableName = json.TableName() },
        (writer, reply) => Write(writer, "TableDescription"u8, reply, isDeletion: true));

    /// <summary>The answer to a verb that makes or changes the table.</summary>
    public static void WriteChanged(Utf8JsonWriter writer, TableReply reply) => Write(writer, "TableDescription"u8, reply);

    private static void Write(Utf8JsonWriter writer, ReadOnlySpan<byte> member, TableReply reply, bool isDeletion = false)
    {
        writer.WritePropertyName(member);
        if (reply.Source is null)
        {
            TableDescriptionJson.Write(writer, reply.Table, isDeletion, reply.Replicas);
        }
        else
        {
            writer.WriteRawValue(reply.Source, skipInputValidation: true);
        }
    }
}
