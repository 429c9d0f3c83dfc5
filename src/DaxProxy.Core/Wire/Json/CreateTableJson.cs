using System.Text.Json;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;

namespace DaxProxy.Core.Wire.Json;

/// <summary>CreateTable in JSON.</summary>
internal static class CreateTableJson
{
    public static JsonVerb Verb { get; } = new(nameof(CreateTable), Read)
    {
        IsControlPlane = true,
        PreCheck = CheckRequired,
        Unsupported =
        [
            "SSESpecification", "Tags", "TableClass", "WarmThroughput", "ResourcePolicy", "OnDemandThroughput",
            "GlobalTableSourceArn", "GlobalTableSettingsReplicationMode",
        ],
    };

    private static readonly string[] Required = ["attributeDefinitions", "keySchema"];

    /// <summary>The model leaves the key optional for the sake of replicas; a table of its own needs one.</summary>
    private static DynamoError? CheckRequired(JsonElement json)
    {
        List<string> faults = [.. Required
            .Where(name => json.Member(char.ToUpperInvariant(name[0]) + name[1..]) is null)
            .Select(name => $"Value null at '{name}' failed to satisfy constraint: Member must not be null")];
        return faults.Count == 0 || json.Member("TableName") is null ? null : ConstraintCheck.Envelope(faults);
    }

    private static CreateTable Read(JsonElement json, ValidationLayer layer) => new()
    {
        TableName = json.TableName(),
        KeySchema = ReadKeySchema(json),
        AttributeDefinitions =
        [
            .. json.GetProperty("AttributeDefinitions").EnumerateArray()
                .Select(definition => new AttributeDefinition(definition.Text("AttributeName")!, definition.Text("AttributeType")!)),
        ],
        LocalSecondaryIndexes = ReadIndexes(json, "LocalSecondaryIndexes"),
        GlobalSecondaryIndexes = ReadIndexes(json, "GlobalSecondaryIndexes"),
        BillingMode = json.Text("BillingMode"),
        ProvisionedThroughput = ReadThroughput(json),
        DeletionProtectionEnabled = json.Flag("DeletionProtectionEnabled"),
        StreamSpecification = StreamJson.ReadSpecification(json),
    };

    private static KeySchemaElement[] ReadKeySchema(JsonElement json) =>
    [
        .. json.GetProperty("KeySchema").EnumerateArray()
            .Select(element => new KeySchemaElement(element.Text("AttributeName")!, element.Text("KeyType")!)),
    ];

    private static IndexDefinition[]? ReadIndexes(JsonElement json, string member) => json.Member(member) is { } indexes
        ?
        [
            .. indexes.EnumerateArray().Select(index => new IndexDefinition(
                index.Text("IndexName")!, ReadKeySchema(index), ReadProjection(index.GetProperty("Projection")), ReadThroughput(index))),
        ]
        : null;

    private static Projection ReadProjection(JsonElement json) => new(json.Text("ProjectionType"), json.Texts("NonKeyAttributes"));

    private static ProvisionedThroughput? ReadThroughput(JsonElement json) => json.Member("ProvisionedThroughput") is { } throughput
        ? new ProvisionedThroughput(throughput.Long("ReadCapacityUnits") ?? 0, throughput.Long("WriteCapacityUnits") ?? 0)
        : null;
}
