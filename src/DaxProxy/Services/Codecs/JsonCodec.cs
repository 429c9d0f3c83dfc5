using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using DaxProxy.Services.Model;

namespace DaxProxy.Services.Codecs;

/// <summary>AWS JSON 1.0 and 1.1: the operation is in the header <c>X-Amz-Target</c>.</summary>
/// <param name="contentType">The type of the version.</param>
/// <param name="messageMember">What the model of the service calls the text of a refusal.</param>
internal sealed class JsonCodec(string contentType, string messageMember) : IServiceCodec
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <inheritdoc/>
    public string ContentType => contentType;

    /// <inheritdoc/>
    public ServiceFault Unreadable { get; } =
        new("SerializationException", "The body is no JSON object, or a member of it has another type than the service's model says");

    /// <inheritdoc/>
    public JsonDocument? TryRead(byte[] body, ServiceShape shape)
    {
        try
        {
            JsonDocument document = JsonDocument.Parse(body.Length == 0 ? "{}"u8.ToArray() : body);
            return KnownMembers.Of(document, shape);
        }
        catch (JsonException)
        {
            // The caller says so.
            return null;
        }
    }

    /// <inheritdoc/>
    public byte[] Write(string operation, JsonObject result, string requestId)
    {
        ArrayBufferWriter<byte> output = new();
        using (Utf8JsonWriter writer = new(output, Plain))
        {
            result.WriteTo(writer);
        }

        return output.WrittenSpan.ToArray();
    }

    /// <inheritdoc/>
    public byte[] Write(ServiceFault fault, string requestId) => Write("", new JsonObject
    {
        ["__type"] = fault.Name,
        [messageMember] = fault.Message,
    }, requestId);
}
