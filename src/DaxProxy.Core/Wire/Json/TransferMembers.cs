using System.Text;
using System.Text.Json;
using DaxProxy.Core.Operations.Transfers;
using DaxProxy.Core.Wire.Json.Model;

namespace DaxProxy.Core.Wire.Json;

/// <summary>What exports, imports and bulk operations share in JSON.</summary>
internal static class TransferMembers
{
    /// <summary>
    /// The members of a request that its description repeats, as far as the model knows them, as one JSON object. Requests that ask for the
    /// same in the same order are the same text.
    /// </summary>
    public static string Sent(JsonElement json, InputShape shape, params ReadOnlySpan<string> members)
    {
        using MemoryStream text = new();
        using (Utf8JsonWriter writer = new(text))
        {
            writer.WriteStartObject();
            foreach (string member in members)
            {
                if (json.Member(member) is { } value)
                {
                    writer.WritePropertyName(member);
                    Repeat(writer, value, shape.MembersByName[member]);
                }
            }

            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
    }

    /// <summary>The members that a description repeats.</summary>
    public static void WriteSent(Utf8JsonWriter writer, TransferState state)
    {
        using JsonDocument sent = JsonDocument.Parse(state.Sent);
        foreach (JsonProperty member in sent.RootElement.EnumerateObject())
        {
            member.WriteTo(writer);
        }
    }

    /// <summary>Why something failed; nothing where it did not.</summary>
    public static void WriteFailure(Utf8JsonWriter writer, TransferState state)
    {
        if (state.FailureCode is not null)
        {
            writer.WriteString("FailureCode"u8, state.FailureCode);
            writer.WriteString("FailureMessage"u8, state.FailureMessage);
        }
    }

    /// <summary>A page of a list, one object for each.</summary>
    public static void WriteList(
        Utf8JsonWriter writer, TransferListReply reply, string member, Action<Utf8JsonWriter, TransferState> writeMembers)
    {
        writer.WriteStartArray(member);
        foreach (TransferState state in reply.States)
        {
            writer.WriteStartObject();
            writeMembers(writer, state);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        if (reply.NextToken is not null)
        {
            writer.WriteString("NextToken"u8, reply.NextToken);
        }
    }

    /// <summary>The bucket and prefix of a structure, under the names that most structures have for them.</summary>
    public static BucketPlace ReadPlace(JsonElement json, string prefixMember = "S3KeyPrefix") =>
        new(json.Text("S3Bucket")!, json.Text(prefixMember) ?? "");

    private static void Repeat(Utf8JsonWriter writer, JsonElement json, InputShape shape)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object when !shape.IsAttributeValue && shape.Kind == InputKind.Structure:
                writer.WriteStartObject();
                foreach ((string name, InputShape member) in shape.Members)
                {
                    if (json.Member(name) is { } value)
                    {
                        writer.WritePropertyName(name);
                        Repeat(writer, value, member);
                    }
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array when shape.Element is { } element:
                writer.WriteStartArray();
                foreach (JsonElement value in json.EnumerateArray())
                {
                    Repeat(writer, value, element);
                }

                writer.WriteEndArray();
                break;
            default:
                json.WriteTo(writer);
                break;
        }
    }
}
