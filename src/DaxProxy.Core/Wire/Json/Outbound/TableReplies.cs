using System.Text;
using System.Text.Json;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;

namespace DaxProxy.Core.Wire.Json.Outbound;

/// <summary>
/// Answers to DescribeTable: the members that requests need to know of, and the whole as it came, for the client that asked.
/// </summary>
internal static class TableReplies
{
    public static TableReply Read(JsonElement json)
    {
        JsonElement table = json.GetProperty("Table");
        DateTimeOffset created = ReadTime(table);
        TableDescription description = new()
        {
            TableName = table.Required("TableName"),

            // Not everything that speaks the protocol has ids. A table that was created again has at least another time.
            TableId = table.Text("TableId") ?? $"{table.Text("TableArn")} {created:O}",
            TableArn = table.Text("TableArn") ?? "",
            TableStatus = table.Required("TableStatus"),
            CreationDateTime = created,
            KeySchema = TableMembers.ReadKeySchema(table),
            AttributeDefinitions = TableMembers.ReadDefinitions(table),
            ProvisionedThroughput = TableMembers.ReadThroughput(table) ?? new ProvisionedThroughput(0, 0),
            LocalSecondaryIndexes = ReadIndexes(table, "LocalSecondaryIndexes"),
            GlobalSecondaryIndexes = ReadIndexes(table, "GlobalSecondaryIndexes"),
            BillingMode = table.Member("BillingModeSummary")?.Text("BillingMode"),
            StreamSpecification = StreamJson.ReadSpecification(table),
            LatestStreamArn = table.Text("LatestStreamArn"),
            LatestStreamLabel = table.Text("LatestStreamLabel"),
            DeletionProtectionEnabled = table.Flag("DeletionProtectionEnabled"),
            ItemCount = table.Long("ItemCount") ?? 0,
            TableSizeBytes = table.Long("TableSizeBytes") ?? 0,
        };
        Check(description);
        return new TableReply(description) { Source = Encoding.UTF8.GetBytes(table.GetRawText()) };
    }

    /// <summary>What everything about a table follows from: its keys, and their types.</summary>
    private static void Check(TableDescription description)
    {
        if (description.KeySchema.Count is not (1 or 2)
            || description.AttributeDefinitions.Any(definition => definition.AttributeType is not ("S" or "N" or "B")))
        {
            throw new JsonException("No keys of a table.");
        }

        TableInfo.Of(description);
    }

    private static IndexDescription[] ReadIndexes(JsonElement table, string member) => table.Member(member) is { } indexes
        ? [.. indexes.EnumerateArray().Select(ReadIndex)]
        : [];

    private static IndexDescription ReadIndex(JsonElement json) => new(
        TableMembers.ReadIndex(json),
        json.Text("IndexArn") ?? "",
        json.Text("IndexStatus"),
        json.Long("ItemCount") ?? 0,
        json.Long("IndexSizeBytes") ?? 0,
        json.Flag("Backfilling"));

    private static DateTimeOffset ReadTime(JsonElement table) => table.Member("CreationDateTime") is { } seconds
        ? DateTimeOffset.UnixEpoch.AddSeconds(seconds.GetDouble())
        : default;
}
