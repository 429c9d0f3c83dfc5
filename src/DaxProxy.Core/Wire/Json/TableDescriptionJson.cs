using System.Text.Json;
using DaxProxy.Core.Tables;

namespace DaxProxy.Core.Wire.Json;

/// <summary>
/// A table's description in JSON. Which members are present when: section "DescribeTable" of the service's observed behaviour.
/// </summary>
internal static class TableDescriptionJson
{
    /// <param name="writer">Where to.</param>
    /// <param name="table">The table.</param>
    /// <param name="isDeletion">
    /// Whether this answers DeleteTable, which says nothing of the key and the creation. Source: the answers that the service's reference
    /// and the AWS CLI's show.
    /// </param>
    /// <param name="replicas">Its replicas in other regions; null for a table of one region.</param>
    public static void Write(
        Utf8JsonWriter writer, TableDescription table, bool isDeletion = false, IReadOnlyList<ReplicaDescription>? replicas = null)
    {
        writer.WriteStartObject();
        writer.WriteString("TableName"u8, table.TableName);
        writer.WriteString("TableStatus"u8, table.TableStatus);
        if (!isDeletion)
        {
            WriteDefinitions(writer, table.AttributeDefinitions);
            WriteKeySchema(writer, table.KeySchema);
            WriteTime(writer, "CreationDateTime"u8, table.CreationDateTime);
        }

        WriteThroughput(
            writer,
            table.ProvisionedThroughput,
            table.LastThroughputIncrease,
            table.LastThroughputDecrease,
            table.ThroughputDecreases);
        writer.WriteNumber("TableSizeBytes"u8, table.TableSizeBytes);
        writer.WriteNumber("ItemCount"u8, table.ItemCount);
        writer.WriteString("TableArn"u8, table.TableArn);
        writer.WriteString("TableId"u8, table.TableId);
        WriteSettings(writer, table);
        WriteRestore(writer, table.Restore);
        WriteIndexes(writer, "LocalSecondaryIndexes"u8, table.LocalSecondaryIndexes);
        WriteIndexes(writer, "GlobalSecondaryIndexes"u8, table.GlobalSecondaryIndexes);
        WriteVectorIndexes(writer, table.VectorIndexes);
        StreamJson.WriteSpecification(writer, table);
        WriteReplicas(writer, replicas);
        writer.WriteBoolean("DeletionProtectionEnabled"u8, table.DeletionProtectionEnabled);
        writer.WriteEndObject();
    }

    private static void WriteDefinitions(Utf8JsonWriter writer, IReadOnlyList<AttributeDefinition> definitions)
    {
        writer.WriteStartArray("AttributeDefinitions"u8);
        foreach (AttributeDefinition definition in definitions)
        {
            writer.WriteStartObject();
            writer.WriteString("AttributeName"u8, definition.AttributeName);
            writer.WriteString("AttributeType"u8, definition.AttributeType);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteSettings(Utf8JsonWriter writer, TableDescription table)
    {
        if (table.BillingMode is not null)
        {
            writer.WriteStartObject("BillingModeSummary"u8);
            writer.WriteString("BillingMode"u8, table.BillingMode);
            WriteTime(writer, "LastUpdateToPayPerRequestDateTime"u8, table.LastUpdateToPayPerRequest);
            writer.WriteEndObject();
        }

        WriteLimits(writer, table.OnDemandThroughput);
        if (table.TableStatus != "CREATING")
        {
            WriteWarm(writer, table.WarmThroughput, table.ProvisionedThroughput);
        }

        if (table.TableClass is not null)
        {
            writer.WriteStartObject("TableClassSummary"u8);
            writer.WriteString("TableClass"u8, table.TableClass);
            writer.WriteEndObject();
        }

        WriteEncryption(writer, table.Encryption);
    }

    /// <summary>The version of global tables, and the replicas; nothing for a table of one region.</summary>
    private static void WriteReplicas(Utf8JsonWriter writer, IReadOnlyList<ReplicaDescription>? replicas)
    {
        if (replicas is null)
        {
            return;
        }

        writer.WriteString("GlobalTableVersion"u8, "2019.11.21"u8);
        writer.WriteStartArray("Replicas"u8);
        foreach (ReplicaDescription replica in replicas)
        {
            writer.WriteStartObject();
            writer.WriteString("RegionName"u8, replica.RegionName);
            writer.WriteString("ReplicaStatus"u8, replica.ReplicaStatus);
            writer.WriteString("ReplicaArn"u8, replica.ReplicaArn);
            if (replica.KmsMasterKeyId is not null)
            {
                writer.WriteString("KMSMasterKeyId"u8, replica.KmsMasterKeyId);
            }

            if (replica.TableClass is not null)
            {
                writer.WriteStartObject("ReplicaTableClassSummary"u8);
                writer.WriteString("TableClass"u8, replica.TableClass);
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <summary>Encryption with a key of AWS KMS; nothing where there is none.</summary>
    public static void WriteEncryption(Utf8JsonWriter writer, EncryptionSetting? encryption)
    {
        if (encryption is not null)
        {
            writer.WriteStartObject("SSEDescription"u8);
            writer.WriteString("Status"u8, "ENABLED"u8);
            writer.WriteString("SSEType"u8, "KMS"u8);
            writer.WriteString("KMSMasterKeyArn"u8, encryption.KmsMasterKeyArn);
            writer.WriteEndObject();
        }
    }

    /// <summary>Where a restored table came from; nothing for others.</summary>
    private static void WriteRestore(Utf8JsonWriter writer, RestoreSummary? restore)
    {
        if (restore is null)
        {
            return;
        }

        writer.WriteStartObject("RestoreSummary"u8);
        if (restore.SourceBackupArn is not null)
        {
            writer.WriteString("SourceBackupArn"u8, restore.SourceBackupArn);
        }

        writer.WriteString("SourceTableArn"u8, restore.SourceTableArn);
        WriteTime(writer, "RestoreDateTime"u8, restore.RestoreDateTime);
        writer.WriteBoolean("RestoreInProgress"u8, restore.RestoreInProgress);
        writer.WriteEndObject();
    }

    /// <summary>A time in seconds since 1970, to the millisecond; nothing for null.</summary>
    public static void WriteTime(Utf8JsonWriter writer, ReadOnlySpan<byte> member, DateTimeOffset? time)
    {
        if (time is not null)
        {
            writer.WriteNumber(member, time.Value.ToUnixTimeMilliseconds() / 1000m);
        }
    }

    /// <summary>Most units a second; nothing where there is no limit.</summary>
    public static void WriteLimits(Utf8JsonWriter writer, ThroughputLimits? limits)
    {
        if (limits is not null)
        {
            writer.WriteStartObject("OnDemandThroughput"u8);
            writer.WriteNumber("MaxReadRequestUnits"u8, limits.Read ?? -1);
            writer.WriteNumber("MaxWriteRequestUnits"u8, limits.Write ?? -1);
            writer.WriteEndObject();
        }
    }

    /// <summary>
    /// What was asked for, or what the service prepares unasked: 12000 and 4000 units, or the capacity that is provisioned.
    /// </summary>
    private static void WriteWarm(Utf8JsonWriter writer, ThroughputLimits? warm, ProvisionedThroughput provisioned)
    {
        bool isOnDemand = provisioned is { ReadCapacityUnits: 0, WriteCapacityUnits: 0 };
        writer.WriteStartObject("WarmThroughput"u8);
        writer.WriteNumber("ReadUnitsPerSecond"u8, warm?.Read ?? (isOnDemand ? 12000 : provisioned.ReadCapacityUnits));
        writer.WriteNumber("WriteUnitsPerSecond"u8, warm?.Write ?? (isOnDemand ? 4000 : provisioned.WriteCapacityUnits));
        writer.WriteString("Status"u8, "ACTIVE"u8);
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

    private static void WriteThroughput(
        Utf8JsonWriter writer, ProvisionedThroughput throughput, DateTimeOffset? increase = null, DateTimeOffset? decrease = null,
        int decreases = 0)
    {
        writer.WriteStartObject("ProvisionedThroughput"u8);
        WriteTime(writer, "LastIncreaseDateTime"u8, increase);
        WriteTime(writer, "LastDecreaseDateTime"u8, decrease);
        writer.WriteNumber("NumberOfDecreasesToday"u8, decreases);
        writer.WriteNumber("ReadCapacityUnits"u8, throughput.ReadCapacityUnits);
        writer.WriteNumber("WriteCapacityUnits"u8, throughput.WriteCapacityUnits);
        writer.WriteEndObject();
    }

    /// <summary>What an index holds beside the keys.</summary>
    public static void WriteProjection(Utf8JsonWriter writer, Projection projection)
    {
        writer.WriteStartObject("Projection"u8);
        writer.WriteString("ProjectionType"u8, projection.ProjectionType);
        if (projection.NonKeyAttributes is { } attributes)
        {
            writer.WriteStartArray("NonKeyAttributes"u8);
            foreach (string name in attributes)
            {
                writer.WriteStringValue(name);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private static void WriteVectorIndexes(Utf8JsonWriter writer, IReadOnlyList<VectorIndexDescription> indexes)
    {
        if (indexes.Count == 0)
        {
            return;
        }

        writer.WriteStartArray("VectorIndexes"u8);
        foreach (VectorIndexDescription index in indexes)
        {
            writer.WriteStartObject();
            WriteVectorIndex(writer, index.Definition);
            writer.WriteString("IndexStatus"u8, index.IndexStatus);
            if (index.IsBackfilling)
            {
                writer.WriteBoolean("Backfilling"u8, true);
            }

            writer.WriteNumber("IndexSizeBytes"u8, index.IndexSizeBytes);
            writer.WriteNumber("ItemCount"u8, index.ItemCount);
            writer.WriteString("IndexArn"u8, index.IndexArn);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <summary>What a vector index was defined with.</summary>
    public static void WriteVectorIndex(Utf8JsonWriter writer, VectorIndexDefinition index)
    {
        writer.WriteString("IndexName"u8, index.IndexName);
        WriteSearchSchema(writer, index.SearchSchema);
        WriteProjection(writer, index.Projection);
        writer.WriteStartObject("VectorAttribute"u8);
        writer.WriteString("AttributeName"u8, index.VectorAttribute);
        writer.WriteEndObject();
        writer.WriteNumber("Dimensions"u8, index.Dimensions);
        writer.WriteString("DistanceFunction"u8, index.DistanceFunction);
    }

    private static void WriteSearchSchema(Utf8JsonWriter writer, IReadOnlyList<SearchSchemaElement>? schema)
    {
        if (schema is null)
        {
            return;
        }

        writer.WriteStartArray("SearchSchema"u8);
        foreach (SearchSchemaElement element in schema)
        {
            writer.WriteStartObject();
            writer.WriteString("AttributeName"u8, element.AttributeName);
            writer.WriteString("SearchSchemaElementType"u8, element.SearchSchemaElementType);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
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
            WriteProjection(writer, index.Definition.Projection);
            if (index.IndexStatus is not null)
            {
                writer.WriteString("IndexStatus"u8, index.IndexStatus);
                if (index.IsBackfilling)
                {
                    writer.WriteBoolean("Backfilling"u8, true);
                }

                ProvisionedThroughput throughput = index.Definition.ProvisionedThroughput ?? new ProvisionedThroughput(0, 0);
                WriteThroughput(
                    writer, throughput, decrease: index.LastThroughputDecrease, decreases: index.ThroughputDecreases);
                WriteLimits(writer, index.Definition.OnDemandThroughput);
                if (index.IndexStatus != "CREATING")
                {
                    WriteWarm(writer, index.Definition.WarmThroughput, throughput);
                }
            }

            writer.WriteNumber("IndexSizeBytes"u8, index.IndexSizeBytes);
            writer.WriteNumber("ItemCount"u8, index.ItemCount);
            writer.WriteString("IndexArn"u8, index.IndexArn);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
