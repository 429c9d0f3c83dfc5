using System.Text.Json;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Wire.Json;

/// <summary>CreateTable in JSON.</summary>
internal static class CreateTableJson
{
    public static JsonVerb Verb { get; } =
        JsonVerb.Of<TableReply>(CreateTable.Definition, Read, TableJson.WriteChanged) with
        {
            PreCheck = static (json, _) => CheckRequired(json),
        };

    private static readonly string[] Replication = ["GlobalTableSourceArn", "GlobalTableSettingsReplicationMode"];

    private static readonly string[] Required = ["attributeDefinitions", "keySchema"];

    /// <summary>The model leaves the key optional for the sake of replicas; a table of its own needs one.</summary>
    private static DynamoError? CheckRequired(JsonElement json)
    {
        if (json.FirstOf(Replication) is not null)
        {
            return null;
        }

        List<string> faults = [.. Required
            .Where(name => json.Member(char.ToUpperInvariant(name[0]) + name[1..]) is null)
            .Select(name => $"Value null at '{name}' failed to satisfy constraint: Member must not be null")];
        return faults.Count == 0 ? null : ConstraintCheck.Envelope(faults);
    }

    /// <summary>Reads the definition of a table, also where it stands in another request.</summary>
    public static CreateTable Read(JsonElement json, ValidationLayer layer) => new()
    {
        TableName = json.TableName(),
        KeySchema = json.Member("KeySchema") is null ? [] : TableMembers.ReadKeySchema(json),
        AttributeDefinitions = TableMembers.ReadDefinitions(json),
        LocalSecondaryIndexes = TableMembers.ReadIndexes(json, "LocalSecondaryIndexes"),
        GlobalSecondaryIndexes = TableMembers.ReadIndexes(json, "GlobalSecondaryIndexes"),
        BillingMode = json.Text("BillingMode"),
        ProvisionedThroughput = TableMembers.ReadThroughput(json),
        OnDemandThroughput = TableMembers.ReadOnDemandThroughput(json),
        WarmThroughput = TableMembers.ReadWarmThroughput(json),
        TableClass = json.Text("TableClass"),
        Encryption = TableMembers.ReadEncryption(json),
        Tags = TableMembers.ReadTags(json),
        DeletionProtectionEnabled = json.Flag("DeletionProtectionEnabled"),
        StreamSpecification = StreamJson.ReadSpecification(json),
        ResourcePolicy = json.Text("ResourcePolicy"),
        Replication = json.FirstOf(Replication),
        VectorIndexes = TableMembers.ReadVectorIndexes(json, "VectorIndexes"),
    };
}
