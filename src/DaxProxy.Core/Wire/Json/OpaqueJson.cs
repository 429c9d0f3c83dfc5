using System.Text.Json;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Wire.Json;

/// <summary>
/// The verbs that are not modelled: what of their requests says what they are about, and what is wrong with it by itself. A verb that gets
/// an operation of its own moves out of here.
/// </summary>
internal static class OpaqueJson
{
    public static IReadOnlyList<JsonVerb> Verbs { get; } =
    [
        AboutTable(OpaqueVerbs.CreateBackup),
        AboutArn(OpaqueVerbs.DescribeBackup, "Backup"),
        AboutArn(OpaqueVerbs.DeleteBackup, "Backup"),
        Of(OpaqueVerbs.ListBackups, json => new OpaqueOperation(OpaqueVerbs.ListBackups) { Fault = CheckTimes(json) }),
        Of(OpaqueVerbs.RestoreTableFromBackup, json => new OpaqueOperation(OpaqueVerbs.RestoreTableFromBackup)
        {
            Arn = json.Text("BackupArn")!,
            NewTableName = json.Text("TargetTableName"),
            Fault = CheckArn(json.Text("BackupArn")!, "Backup"),
        }),
        Of(OpaqueVerbs.RestoreTableToPointInTime, json => new OpaqueOperation(OpaqueVerbs.RestoreTableToPointInTime)
        {
            TableName = json.Text("SourceTableName") ?? JsonMembers.PlainTableName(json.Text("SourceTableArn") ?? ""),
            NewTableName = json.Text("TargetTableName"),
            Fault = CheckRestore(json),
        }),

        AboutGlobalTable(OpaqueVerbs.CreateGlobalTable),
        AboutGlobalTable(OpaqueVerbs.UpdateGlobalTable),
        AboutGlobalTable(OpaqueVerbs.DescribeGlobalTable),
        AboutGlobalTable(OpaqueVerbs.UpdateGlobalTableSettings),
        AboutGlobalTable(OpaqueVerbs.DescribeGlobalTableSettings),
        AboutNothing(OpaqueVerbs.ListGlobalTables),
        AboutTable(OpaqueVerbs.UpdateTableReplicaAutoScaling),
        AboutTable(OpaqueVerbs.DescribeTableReplicaAutoScaling),

        AboutTable(OpaqueVerbs.EnableKinesisStreamingDestination),
        AboutTable(OpaqueVerbs.DisableKinesisStreamingDestination),
        Of(OpaqueVerbs.UpdateKinesisStreamingDestination, json => new OpaqueOperation(OpaqueVerbs.UpdateKinesisStreamingDestination)
        {
            TableName = json.TableName(),
            Arn = json.Text("StreamArn")!,
            Fault = json.Member("UpdateKinesisStreamingConfiguration")?.Member("ApproximateCreationDateTimePrecision") is null
                ? AbsentFeatureFaults.NoKinesisChange
                : null,
        }),
        AboutTable(OpaqueVerbs.DescribeKinesisStreamingDestination),
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

    private static JsonVerb Of(Verb verb, Func<JsonElement, OpaqueOperation> read) =>
        JsonVerb.Of<EmptyListReply>(verb, (json, _) => read(json), Write);

    private static JsonVerb AboutNothing(Verb verb) => Of(verb, _ => new OpaqueOperation(verb));

    private static JsonVerb AboutTable(Verb verb) =>
        Of(verb, json => new OpaqueOperation(verb) { TableName = json.TableName() });

    private static JsonVerb AboutGlobalTable(Verb verb) =>
        Of(verb, json => new OpaqueOperation(verb) { TableName = json.Text("GlobalTableName")! });

    private static JsonVerb AboutArn(Verb verb, string kind) => Of(verb, json => new OpaqueOperation(verb)
    {
        Arn = json.Text(kind + "Arn")!,
        Fault = CheckArn(json.Text(kind + "Arn")!, kind),
    });

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
