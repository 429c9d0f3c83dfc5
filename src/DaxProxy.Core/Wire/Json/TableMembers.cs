using System.Text.Json;
using DaxProxy.Core.Tables;

namespace DaxProxy.Core.Wire.Json;

/// <summary>The members that requests about tables share.</summary>
internal static class TableMembers
{
    public static KeySchemaElement[] ReadKeySchema(JsonElement json) =>
    [
        .. json.GetProperty("KeySchema").EnumerateArray()
            .Select(element => new KeySchemaElement(element.Text("AttributeName")!, element.Text("KeyType")!)),
    ];

    public static AttributeDefinition[] ReadDefinitions(JsonElement json) => json.Member("AttributeDefinitions") is { } definitions
        ?
        [
            .. definitions.EnumerateArray()
                .Select(definition => new AttributeDefinition(definition.Text("AttributeName")!, definition.Text("AttributeType")!)),
        ]
        : [];

    public static IndexDefinition ReadIndex(JsonElement json) => new(
        json.Text("IndexName")!,
        ReadKeySchema(json),
        ReadProjection(json.GetProperty("Projection")),
        ReadThroughput(json),
        ReadOnDemandThroughput(json),
        ReadWarmThroughput(json));

    public static VectorIndexDefinition ReadVectorIndex(JsonElement json) => new(
        json.Text("IndexName")!,
        json.GetProperty("VectorAttribute").Text("AttributeName")!,
        json.Long("Dimensions") ?? 0,
        json.Text("DistanceFunction")!,
        json.Member("SearchSchema") is { } schema
            ?
            [
                .. schema.EnumerateArray().Select(element =>
                    new SearchSchemaElement(element.Text("AttributeName")!, element.Text("SearchSchemaElementType")!)),
            ]
            : null,
        ReadProjection(json.GetProperty("Projection")));

    public static IndexDefinition[]? ReadIndexes(JsonElement json, string member) =>
        json.Member(member) is { } indexes ? [.. indexes.EnumerateArray().Select(ReadIndex)] : null;

    public static VectorIndexDefinition[]? ReadVectorIndexes(JsonElement json, string member) =>
        json.Member(member) is { } indexes ? [.. indexes.EnumerateArray().Select(ReadVectorIndex)] : null;

    public static ProvisionedThroughput? ReadThroughput(JsonElement json, string member = "ProvisionedThroughput") =>
        json.Member(member) is { } throughput
        ? new ProvisionedThroughput(throughput.Long("ReadCapacityUnits") ?? 0, throughput.Long("WriteCapacityUnits") ?? 0)
        : null;

    public static ThroughputLimits? ReadOnDemandThroughput(JsonElement json, string member = "OnDemandThroughput") =>
        json.Member(member) is { } limits
        ? new ThroughputLimits(limits.Long("MaxReadRequestUnits"), limits.Long("MaxWriteRequestUnits"))
        : null;

    public static ThroughputLimits? ReadWarmThroughput(JsonElement json) => json.Member("WarmThroughput") is { } warm
        ? new ThroughputLimits(warm.Long("ReadUnitsPerSecond"), warm.Long("WriteUnitsPerSecond"))
        : null;

    public static EncryptionRequest? ReadEncryption(JsonElement json, string member = "SSESpecification") =>
        json.Member(member) is { } encryption
        ? new EncryptionRequest(
            encryption.Member("Enabled") is null ? null : encryption.Flag("Enabled"),
            encryption.Text("SSEType"),
            encryption.Text("KMSMasterKeyId"))
        : null;

    public static Tag[] ReadTags(JsonElement json) => json.Member("Tags") is { } tags
        ? [.. tags.EnumerateArray().Select(tag => new Tag(tag.Text("Key")!, tag.Text("Value")!))]
        : [];

    private static Projection ReadProjection(JsonElement json) => new(json.Text("ProjectionType"), json.Texts("NonKeyAttributes"));
}
