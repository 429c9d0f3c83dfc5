using System.Text.Json;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;

namespace DaxProxy.Core.Wire.Json;

/// <summary>UpdateTable in JSON.</summary>
internal static class UpdateTableJson
{
    public static JsonVerb Verb { get; } = JsonVerb.Of<TableReply>(UpdateTable.Definition, Read, TableJson.WriteChanged);

    private static readonly string[] Replication =
    [
        "ReplicaUpdates", "MultiRegionConsistency", "GlobalTableWitnessUpdates", "GlobalTableSettingsReplicationMode",
        "DisassociationProtectionEnabled",
    ];

    private static UpdateTable Read(JsonElement json, ValidationLayer layer) => new()
    {
        TableName = json.TableName(),
        AttributeDefinitions = TableMembers.ReadDefinitions(json),
        BillingMode = json.Text("BillingMode"),
        ProvisionedThroughput = TableMembers.ReadThroughput(json),
        GlobalSecondaryIndexUpdates = json.Member("GlobalSecondaryIndexUpdates") is { } updates
            ? [.. updates.EnumerateArray().Select(ReadIndexUpdate)]
            : null,
        StreamSpecification = StreamJson.ReadSpecification(json),
        OnDemandThroughput = TableMembers.ReadOnDemandThroughput(json),
        WarmThroughput = TableMembers.ReadWarmThroughput(json),
        TableClass = json.Text("TableClass"),
        Encryption = TableMembers.ReadEncryption(json),
        DeletionProtectionEnabled = json.Member("DeletionProtectionEnabled") is null ? null : json.Flag("DeletionProtectionEnabled"),
        Replication = json.FirstOf(Replication),
        ReplicaUpdates = json.Member("ReplicaUpdates") is { } replicas
            ? [.. replicas.EnumerateArray().Select(ReadReplicaUpdate)]
            : null,
        OtherReplication = json.FirstOf(Replication.Where(name =>
            name != "ReplicaUpdates" && !(name == "MultiRegionConsistency" && json.Text(name) == "EVENTUAL"))),
        VectorIndexUpdates = json.Member("VectorIndexUpdates") is { } vectors
            ? [.. vectors.EnumerateArray().Select(ReadVectorUpdate)]
            : null,
    };

    private static readonly string[] ReplicaMembers =
        ["OnDemandThroughputOverride", "GlobalSecondaryIndexes", "ReplicaArn"];

    private static ReplicaUpdate ReadReplicaUpdate(JsonElement json) =>
        new(ReadReplica(json, "Create"), ReadReplica(json, "Update"), ReadReplica(json, "Delete"), ReadReplica(json, "Disassociate"));

    private static ReplicaAction? ReadReplica(JsonElement json, string action) => json.Member(action) is { } replica
        ? new ReplicaAction(replica.Text("RegionName") ?? "")
        {
            KmsMasterKeyId = replica.Text("KMSMasterKeyId"),
            TableClassOverride = replica.Text("TableClassOverride"),
            ReadCapacityUnits = replica.Member("ProvisionedThroughputOverride")?.Member("ReadCapacityUnits")?.GetInt64(),
            Unsupported = replica.FirstOf(ReplicaMembers),
        }
        : null;

    private static VectorIndexUpdate ReadVectorUpdate(JsonElement json) => new(
        json.Member("Create") is { } create ? TableMembers.ReadVectorIndex(create) : null,
        json.Member("Delete")?.Text("IndexName"));

    private static GlobalIndexUpdate ReadIndexUpdate(JsonElement json) => new(
        json.Member("Create") is { } create ? TableMembers.ReadIndex(create) : null,
        json.Member("Delete")?.Text("IndexName"),
        json.Member("Update") is { } update
            ? new GlobalIndexUpdate.ThroughputUpdate(
                update.Text("IndexName")!,
                TableMembers.ReadThroughput(update),
                TableMembers.ReadOnDemandThroughput(update),
                TableMembers.ReadWarmThroughput(update))
            : null);
}
