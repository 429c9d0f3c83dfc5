using System.Text.Json;
using DaxProxy.Core.Tables;

namespace DaxProxy.Core.Wire.Json;

/// <summary>A table's description in JSON. Which members are present when: section "DescribeTable" of the service's observed behaviour.</summary>
internal static class TableDescriptionJson
{
    public static void Write(Utf8JsonWriter writer, TableDescription table)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("AttributeDefinitions"u8);
        foreach (AttributeDefinition definition in table.AttributeDefinitions)
        {
            writer.WriteStartObject();
            writer.WriteString("AttributeName"u8, definition.AttributeName);
            writer.WriteString("AttributeType"u8, definition.AttributeType);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteString("TableName"u8, table.TableName);
        WriteKeySchema(writer, table.KeySchema);
        writer.WriteString("TableStatus"u8, table.TableStatus);
        writer.WriteNumber("CreationDateTime"u8, table.CreationDateTime.ToUnixTimeMilliseconds() / 1000m);
        WriteThroughput(writer, table.ProvisionedThroughput);
        writer.WriteNumber("TableSizeBytes"u8, table.TableSizeBytes);
        writer.WriteNumber("ItemCount"u8, table.ItemCount);
        writer.WriteString("TableArn"u8, table.TableArn);
        writer.WriteString("TableId"u8, table.TableId);
        if (table.BillingMode == "PAY_PER_REQUEST")
        {
            writer.WriteStartObject("BillingModeSummary"u8);
            writer.WriteString("BillingMode"u8, table.BillingMode);
            writer.WriteNumber("LastUpdateToPayPerRequestDateTime"u8, table.CreationDateTime.ToUnixTimeMilliseconds() / 1000m);
            writer.WriteEndObject();
        }

        WriteIndexes(writer, "LocalSecondaryIndexes"u8, table.LocalSecondaryIndexes);
        WriteIndexes(writer, "GlobalSecondaryIndexes"u8, table.GlobalSecondaryIndexes);
        StreamJson.WriteSpecification(writer, table);
        writer.WriteBoolean("DeletionProtectionEnabled"u8, table.DeletionProtectionEnabled);
        writer.WriteEndObject();
    }

    /// <summary>A key as member <c>KeySchema</c>.</summary>
    public static void WriteKeySchema(Utf8JsonWriter writer, IReadOnlyList<KeySchemaElement> schema)
    {
        writer.WriteStartArray("KeySchema"u8);
        foreach (KeySchemaElement element in schema)
        {
            writer.WriteStartObject();
            writer.WriteString("AttributeName"u8, element.AttributeName);
            writer.WriteString("KeyType"u8, element.KeyType);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteThroughput(Utf8JsonWriter writer, ProvisionedThroughput throughput)
    {
        writer.WriteStartObject("ProvisionedThroughput"u8);
        writer.WriteNumber("NumberOfDecreasesToday"u8, 0);
        writer.WriteNumber("ReadCapacityUnits"u8, throughput.ReadCapacityUnits);
        writer.WriteNumber("WriteCapacityUnits"u8, throughput.WriteCapacityUnits);
        writer.WriteEndObject();
    }

    private static void WriteIndexes(Utf8JsonWriter writer, ReadOnlySpan<byte> member, IReadOnlyList<IndexDescription> indexes)
    {
        if (indexes.Count == 0)
        {
            return;
        }

        writer.WriteStartArray(member);
        foreach (IndexDescription index in indexes)
        {
            writer.WriteStartObject();
            writer.WriteString("IndexName"u8, index.Definition.IndexName);
            WriteKeySchema(writer, index.Definition.KeySchema);
            writer.WriteStartObject("Projection"u8);
            writer.WriteString("ProjectionType"u8, index.Definition.Projection.ProjectionType);
            if (index.Definition.Projection.NonKeyAttributes is { } attributes)
            {
                writer.WriteStartArray("NonKeyAttributes"u8);
                foreach (string name in attributes)
                {
                    writer.WriteStringValue(name);
                }

                writer.WriteEndArray();
            }

            writer.WriteEndObject();
            if (index.IndexStatus is not null)
            {
                writer.WriteString("IndexStatus"u8, index.IndexStatus);
                WriteThroughput(writer, index.Definition.ProvisionedThroughput ?? new ProvisionedThroughput(0, 0));
            }

            writer.WriteNumber("IndexSizeBytes"u8, index.IndexSizeBytes);
            writer.WriteNumber("ItemCount"u8, index.ItemCount);
            writer.WriteString("IndexArn"u8, index.IndexArn);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
