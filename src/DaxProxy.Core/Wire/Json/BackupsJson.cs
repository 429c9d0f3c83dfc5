using System.Text.Json;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;

namespace DaxProxy.Core.Wire.Json;

/// <summary>CreateBackup, DescribeBackup, DeleteBackup and ListBackups in JSON.</summary>
internal static class BackupsJson
{
    public static JsonVerb CreateVerb { get; } = JsonVerb.Of<CreateBackupReply>(
        CreateBackup.Definition,
        (json, _) => new CreateBackup { TableName = json.TableName(), BackupName = json.Text("BackupName")! },
        (writer, reply) => WriteDetails(writer, reply.Details));

    public static JsonVerb DescribeVerb { get; } = JsonVerb.Of<BackupReply>(
        DescribeBackup.Definition, (json, _) => new DescribeBackup { BackupArn = json.Text("BackupArn")! }, Write);

    public static JsonVerb DeleteVerb { get; } = JsonVerb.Of<BackupReply>(
        DeleteBackup.Definition, (json, _) => new DeleteBackup { BackupArn = json.Text("BackupArn")! }, Write);

    public static JsonVerb ListVerb { get; } = JsonVerb.Of<ListBackupsReply>(
        ListBackups.Definition,
        (json, _) => new ListBackups
        {
            TableName = json.Text("TableName") is null ? null : json.TableName(),
            Limit = json.Integer("Limit") ?? ListBackups.MaxPage,
            TimeRangeLowerBound = json.Time("TimeRangeLowerBound"),
            TimeRangeUpperBound = json.Time("TimeRangeUpperBound"),
            ExclusiveStartBackupArn = json.Text("ExclusiveStartBackupArn"),
            BackupType = json.Text("BackupType") ?? "USER",
        },
        Write);

    private static void Write(Utf8JsonWriter writer, BackupReply reply)
    {
        writer.WriteStartObject("BackupDescription"u8);
        WriteDetails(writer, reply.Backup.Details);
        WriteTable(writer, reply.Backup.Table);
        WriteFeatures(writer, reply.Backup);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, ListBackupsReply reply)
    {
        writer.WriteStartArray("BackupSummaries"u8);
        foreach (BackupDescription backup in reply.Backups)
        {
            writer.WriteStartObject();
            writer.WriteString("TableName"u8, backup.Table.TableName);
            writer.WriteString("TableId"u8, backup.Table.TableId);
            writer.WriteString("TableArn"u8, backup.Table.TableArn);
            WriteMembers(writer, backup.Details);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        if (reply.LastEvaluatedBackupArn is not null)
        {
            writer.WriteString("LastEvaluatedBackupArn"u8, reply.LastEvaluatedBackupArn);
        }
    }

    private static void WriteDetails(Utf8JsonWriter writer, BackupDetails details)
    {
        writer.WriteStartObject("BackupDetails"u8);
        WriteMembers(writer, details);
        writer.WriteEndObject();
    }

    private static void WriteMembers(Utf8JsonWriter writer, BackupDetails details)
    {
        writer.WriteString("BackupArn"u8, details.BackupArn);
        writer.WriteString("BackupName"u8, details.BackupName);
        writer.WriteNumber("BackupSizeBytes"u8, details.BackupSizeBytes);
        writer.WriteString("BackupStatus"u8, details.BackupStatus);
        writer.WriteString("BackupType"u8, details.BackupType);
        TableDescriptionJson.WriteTime(writer, "BackupCreationDateTime"u8, details.BackupCreationDateTime);
        TableDescriptionJson.WriteTime(writer, "BackupExpiryDateTime"u8, details.BackupExpiryDateTime);
    }

    private static void WriteTable(Utf8JsonWriter writer, TableDescription table)
    {
        writer.WriteStartObject("SourceTableDetails"u8);
        writer.WriteString("TableName"u8, table.TableName);
        writer.WriteString("TableId"u8, table.TableId);
        writer.WriteString("TableArn"u8, table.TableArn);
        writer.WriteNumber("TableSizeBytes"u8, table.TableSizeBytes);
        TableDescriptionJson.WriteKeySchema(writer, table.KeySchema);
        TableDescriptionJson.WriteTime(writer, "TableCreationDateTime"u8, table.CreationDateTime);
        WriteThroughput(writer, table.ProvisionedThroughput);
        TableDescriptionJson.WriteLimits(writer, table.OnDemandThroughput);
        writer.WriteNumber("ItemCount"u8, table.ItemCount);
        writer.WriteString("BillingMode"u8, table.BillingMode ?? "PROVISIONED");
        writer.WriteEndObject();
    }

    /// <summary>Time to live is always told of. Source: the answers that the AWS CLI's reference shows.</summary>
    private static void WriteFeatures(Utf8JsonWriter writer, BackupDescription backup)
    {
        TableDescription table = backup.Table;
        writer.WriteStartObject("SourceTableFeatureDetails"u8);
        WriteIndexes(writer, "LocalSecondaryIndexes"u8, table.LocalSecondaryIndexes);
        WriteIndexes(writer, "GlobalSecondaryIndexes"u8, table.GlobalSecondaryIndexes);
        if (table.StreamSpecification is { } stream)
        {
            writer.WriteStartObject("StreamDescription"u8);
            writer.WriteBoolean("StreamEnabled"u8, stream.StreamEnabled);
            writer.WriteString("StreamViewType"u8, stream.StreamViewType);
            writer.WriteEndObject();
        }

        writer.WriteStartObject("TimeToLiveDescription"u8);
        writer.WriteString("TimeToLiveStatus"u8, backup.TimeToLiveAttribute is null ? "DISABLED"u8 : "ENABLED"u8);
        if (backup.TimeToLiveAttribute is not null)
        {
            writer.WriteString("AttributeName"u8, backup.TimeToLiveAttribute);
        }

        writer.WriteEndObject();
        TableDescriptionJson.WriteEncryption(writer, table.Encryption);
        WriteVectorIndexes(writer, table.VectorIndexes);
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
            TableDescriptionJson.WriteKeySchema(writer, index.Definition.KeySchema);
            TableDescriptionJson.WriteProjection(writer, index.Definition.Projection);
            if (index.IndexStatus is not null)
            {
                WriteThroughput(writer, index.Definition.ProvisionedThroughput ?? new ProvisionedThroughput(0, 0));
                TableDescriptionJson.WriteLimits(writer, index.Definition.OnDemandThroughput);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
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
            TableDescriptionJson.WriteVectorIndex(writer, index.Definition);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteThroughput(Utf8JsonWriter writer, ProvisionedThroughput throughput)
    {
        writer.WriteStartObject("ProvisionedThroughput"u8);
        writer.WriteNumber("ReadCapacityUnits"u8, throughput.ReadCapacityUnits);
        writer.WriteNumber("WriteCapacityUnits"u8, throughput.WriteCapacityUnits);
        writer.WriteEndObject();
    }
}
