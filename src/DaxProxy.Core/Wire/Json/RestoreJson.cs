using System.Text.Json;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Wire.Json;

/// <summary>RestoreTableFromBackup and RestoreTableToPointInTime in JSON.</summary>
internal static class RestoreJson
{
    public static JsonVerb FromBackupVerb { get; } = JsonVerb.Of<TableReply>(
        RestoreTableFromBackup.Definition,
        (json, _) => new RestoreTableFromBackup
        {
            BackupArn = json.Text("BackupArn")!,
            TargetTableName = json.Text("TargetTableName")!,
            Overrides = ReadOverrides(json),
        },
        TableJson.WriteChanged);

    public static JsonVerb ToPointInTimeVerb { get; } = JsonVerb.Of<TableReply>(
        RestoreTableToPointInTime.Definition,
        (json, _) => new RestoreTableToPointInTime
        {
            SourceTableName = json.Text("SourceTableName"),
            SourceTableArn = json.Text("SourceTableArn"),
            TargetTableName = json.Text("TargetTableName")!,
            RestoreDateTime = json.Time("RestoreDateTime"),
            UseLatestRestorableTime = json.Flag("UseLatestRestorableTime"),
            Overrides = ReadOverrides(json),
        },
        TableJson.WriteChanged);

    private static RestoreOverrides ReadOverrides(JsonElement json) => new()
    {
        BillingMode = json.Text("BillingModeOverride"),
        ProvisionedThroughput = TableMembers.ReadThroughput(json, "ProvisionedThroughputOverride"),
        OnDemandThroughput = TableMembers.ReadOnDemandThroughput(json, "OnDemandThroughputOverride"),
        GlobalSecondaryIndexes = TableMembers.ReadIndexes(json, "GlobalSecondaryIndexOverride"),
        LocalSecondaryIndexes = TableMembers.ReadIndexes(json, "LocalSecondaryIndexOverride"),
        VectorIndexes = TableMembers.ReadVectorIndexes(json, "VectorIndexOverride"),
        Encryption = TableMembers.ReadEncryption(json, "SSESpecificationOverride"),
    };
}
