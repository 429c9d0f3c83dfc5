using System.Text.Json;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Wire.Json;

/// <summary>
/// The operations of the API that are not modelled: what of their requests says what they are about, and what is wrong with it by itself. A
/// verb that gets a model of its own moves out of here.
/// </summary>
internal static class OpaqueJson
{
    public static IReadOnlyList<JsonVerb> Verbs { get; } =
    [
        AboutTable("CreateBackup"),
        AboutArn("DescribeBackup", "Backup"),
        AboutArn("DeleteBackup", "Backup"),
        new("ListBackups", (json, _) => new OpaqueOperation("ListBackups") { Fault = CheckTimes(json) }) { IsControlPlane = true },
        new("RestoreTableFromBackup", (json, _) => new OpaqueOperation("RestoreTableFromBackup")
        {
            Arn = json.Text("BackupArn")!,
            NewTableName = json.Text("TargetTableName"),
            Fault = CheckArn(json.Text("BackupArn")!, "Backup"),
        })
        { IsControlPlane = true },
        new("RestoreTableToPointInTime", (json, _) => new OpaqueOperation("RestoreTableToPointInTime")
        {
            TableName = json.Text("SourceTableName") ?? JsonMembers.PlainTableName(json.Text("SourceTableArn") ?? ""),
            NewTableName = json.Text("TargetTableName"),
            Fault = CheckRestore(json),
        })
        { IsControlPlane = true },

        new("ExportTableToPointInTime", (json, _) => new OpaqueOperation("ExportTableToPointInTime")
        {
            TableName = JsonMembers.PlainTableName(json.Text("TableArn")!),
            Fault = json.Text("TableArn")!.Contains(":table/", StringComparison.Ordinal) ? null : BackupFaults.NotATableArn,
        })
        { IsControlPlane = true },
        AboutArn("DescribeExport", "Export"),
        AboutNothing("ListExports"),
        new("ImportTable", (json, _) => new OpaqueOperation("ImportTable")
        {
            NewTableName = json.GetProperty("TableCreationParameters").Text("TableName"),
        })
        { IsControlPlane = true },
        AboutArn("DescribeImport", "Import"),
        AboutNothing("ListImports"),

        AboutGlobalTable("CreateGlobalTable"),
        AboutGlobalTable("UpdateGlobalTable"),
        AboutGlobalTable("DescribeGlobalTable"),
        AboutGlobalTable("UpdateGlobalTableSettings"),
        AboutGlobalTable("DescribeGlobalTableSettings"),
        AboutNothing("ListGlobalTables"),
        AboutTable("UpdateTableReplicaAutoScaling"),
        AboutTable("DescribeTableReplicaAutoScaling"),

        AboutTable("EnableKinesisStreamingDestination"),
        AboutTable("DisableKinesisStreamingDestination"),
        new("UpdateKinesisStreamingDestination", (json, _) => new OpaqueOperation("UpdateKinesisStreamingDestination")
        {
            TableName = json.TableName(),
            Arn = json.Text("StreamArn")!,
            Fault = json.Member("UpdateKinesisStreamingConfiguration")?.Member("ApproximateCreationDateTimePrecision") is null
                ? AbsentFeatureFaults.NoKinesisChange
                : null,
        })
        { IsControlPlane = true },
        AboutTable("DescribeKinesisStreamingDestination"),
    ];

    public static void Write(Utf8JsonWriter writer, EmptyListReply reply)
    {
        if (reply.TableName is not null)
        {
            writer.WriteString("TableName"u8, reply.TableName);
        }

        writer.WriteStartArray(reply.Member);
        writer.WriteEndArray();
    }

    private static JsonVerb AboutNothing(string name) => new(name, (_, _) => new OpaqueOperation(name)) { IsControlPlane = true };

    private static JsonVerb AboutTable(string name) =>
        new(name, (json, _) => new OpaqueOperation(name) { TableName = json.TableName() }) { IsControlPlane = true };

    private static JsonVerb AboutGlobalTable(string name) =>
        new(name, (json, _) => new OpaqueOperation(name) { TableName = json.Text("GlobalTableName")! }) { IsControlPlane = true };

    private static JsonVerb AboutArn(string name, string kind) => new(name, (json, _) => new OpaqueOperation(name)
    {
        Arn = json.Text(kind + "Arn")!,
        Fault = CheckArn(json.Text(kind + "Arn")!, kind),
    })
    { IsControlPlane = true };

    private static DynamoError? CheckArn(string arn, string kind) =>
        arn.StartsWith("arn:", StringComparison.Ordinal) && arn.Contains($"/{kind.ToLowerInvariant()}/", StringComparison.Ordinal)
            ? null
            : BackupFaults.InvalidArn(kind);

    private static DynamoError? CheckTimes(JsonElement json) =>
        json.Member("TimeRangeLowerBound")?.GetDouble() > json.Member("TimeRangeUpperBound")?.GetDouble()
            ? BackupFaults.TimesReversed
            : null;

    private static DynamoError? CheckRestore(JsonElement json)
    {
        if (json.Member("SourceTableArn") is null == json.Member("SourceTableName") is null)
        {
            return BackupFaults.NotOneSource;
        }

        return json.Flag("UseLatestRestorableTime") == json.Member("RestoreDateTime") is not null ? BackupFaults.NotOneTime : null;
    }
}
