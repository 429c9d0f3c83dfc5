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
}
