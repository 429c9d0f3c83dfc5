using System.Globalization;
using System.Text.Json;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Wire.Json;

/// <summary>PutResourcePolicy, GetResourcePolicy and DeleteResourcePolicy in JSON.</summary>
internal static class ResourcePolicyJson
{
    public static JsonVerb PutVerb { get; } = JsonVerb.Of<ResourcePolicyReply>(
        PutResourcePolicy.Definition,
        (json, _) => new PutResourcePolicy
        {
            ResourceArn = json.Text("ResourceArn")!,
            Policy = json.Text("Policy")!,
            ExpectedRevisionId = json.Text("ExpectedRevisionId"),
        },
        Write);

    public static JsonVerb GetVerb { get; } = JsonVerb.Of<ResourcePolicyReply>(
        GetResourcePolicy.Definition,
        (json, _) => new GetResourcePolicy
        {
            ResourceArn = json.Text("ResourceArn")!,
        },
        Write);

    public static JsonVerb DeleteVerb { get; } = JsonVerb.Of<ResourcePolicyReply>(
        DeleteResourcePolicy.Definition,
        (json, _) => new DeleteResourcePolicy
        {
            ResourceArn = json.Text("ResourceArn")!,
            ExpectedRevisionId = json.Text("ExpectedRevisionId"),
        },
        Write);

    private static void Write(Utf8JsonWriter writer, ResourcePolicyReply reply)
    {
        if (reply.Policy is not null)
        {
            writer.WriteString("Policy"u8, reply.Policy);
        }

        if (reply.Revision is { } revision)
        {
            writer.WriteString("RevisionId"u8, revision.ToString(CultureInfo.InvariantCulture));
        }
    }
}
