using System.Buffers;
using System.Formats.Cbor;
using System.Text.Json;
using System.Text.Json.Nodes;
using DaxProxy.Services.Model;

namespace DaxProxy.Services.Codecs;

/// <summary>Smithy RPC v2 CBOR: the operation is in the path, times carry tag 1.</summary>
/// <remarks>Source: the specification of the protocol, smithy.io.</remarks>
internal sealed class CborCodec : IServiceCodec
{
    private const int MaxDepth = 32;

    /// <inheritdoc/>
    public string ContentType => "application/cbor";

    /// <inheritdoc/>
    public ServiceFault Unreadable { get; } =
        new("SerializationException", "The body is no CBOR map, or a member of it has another type than the service's model says");

    /// <inheritdoc/>
    public JsonDocument? TryRead(byte[] body, ServiceShape shape)
    {
        ArrayBufferWriter<byte> json = new();
        try
        {
            using Utf8JsonWriter writer = new(json);
            if (body.Length == 0)
            {
                writer.WriteStartObject();
                writer.WriteEndObject();
            }
            else if (!TryCopy(new CborReader(body, CborConformanceMode.Lax), writer, MaxDepth))
            {
                return null;
            }
        }
        catch (Exception exception) when (exception is CborContentException or InvalidOperationException or OverflowException)
        {
            return null;
        }

        return KnownMembers.Of(JsonDocument.Parse(json.WrittenMemory), shape);
    }

    /// <inheritdoc/>
    public byte[] Write(string operation, JsonObject result, string requestId)
    {
        CborWriter cbor = new();
        Write(cbor, result, isTime: false);
        return cbor.Encode();
    }

    /// <inheritdoc/>
    public byte[] Write(ServiceFault fault, string requestId) => Write(
        "", new JsonObject { ["__type"] = "com.amazonaws.cloudwatch#" + fault.Name, ["message"] = fault.Message }, requestId);

    private static bool TryCopy(CborReader cbor, Utf8JsonWriter json, int depth)
    {
        if (depth == 0)
        {
            return false;
        }

        switch (cbor.PeekState())
        {
            case CborReaderState.StartMap:
                cbor.ReadStartMap();
                json.WriteStartObject();
                while (cbor.PeekState() != CborReaderState.EndMap)
                {
                    json.WritePropertyName(cbor.ReadTextString());
                    if (!TryCopy(cbor, json, depth - 1))
                    {
                        return false;
                    }
                }

                cbor.ReadEndMap();
                json.WriteEndObject();
                return true;
            case CborReaderState.StartArray:
                cbor.ReadStartArray();
                json.WriteStartArray();
                while (cbor.PeekState() != CborReaderState.EndArray)
                {
                    if (!TryCopy(cbor, json, depth - 1))
                    {
                        return false;
                    }
                }

                cbor.ReadEndArray();
                json.WriteEndArray();
                return true;
            case CborReaderState.Tag:
                return cbor.ReadTag() == CborTag.UnixTimeSeconds && TryCopy(cbor, json, depth - 1);
            case CborReaderState.TextString or CborReaderState.StartIndefiniteLengthTextString:
                json.WriteStringValue(cbor.ReadTextString());
                return true;
            case CborReaderState.UnsignedInteger or CborReaderState.NegativeInteger:
                json.WriteNumberValue(cbor.ReadInt64());
                return true;
            case CborReaderState.HalfPrecisionFloat or CborReaderState.SinglePrecisionFloat or CborReaderState.DoublePrecisionFloat:
                double real = cbor.ReadDouble();
                if (double.IsFinite(real))
                {
                    json.WriteNumberValue(real);
                }

                return double.IsFinite(real);
            case CborReaderState.Boolean:
                json.WriteBooleanValue(cbor.ReadBoolean());
                return true;
            case CborReaderState.Null:
                cbor.ReadNull();
                json.WriteNullValue();
                return true;
            default:
                return false;
        }
    }

    private static void Write(CborWriter cbor, JsonNode? value, bool isTime)
    {
        switch (value)
        {
            case JsonObject members:
                cbor.WriteStartMap(members.Count);
                foreach ((string name, JsonNode? member) in members)
                {
                    cbor.WriteTextString(name);
                    Write(cbor, member, Timestamps.Is(name));
                }

                cbor.WriteEndMap();
                break;
            case JsonArray elements:
                cbor.WriteStartArray(elements.Count);
                foreach (JsonNode? element in elements)
                {
                    Write(cbor, element, isTime);
                }

                cbor.WriteEndArray();
                break;
            case null:
                cbor.WriteNull();
                break;
            default:
                WriteScalar(cbor, value, isTime);
                break;
        }
    }

    private static void WriteScalar(CborWriter cbor, JsonNode value, bool isTime)
    {
        switch (value.GetValueKind())
        {
            case JsonValueKind.String:
                cbor.WriteTextString(value.GetValue<string>());
                break;
            case JsonValueKind.Number:
                if (isTime)
                {
                    cbor.WriteTag(CborTag.UnixTimeSeconds);
                }

                if (value.AsValue().TryGetValue(out int integer))
                {
                    cbor.WriteInt32(integer);
                }
                else
                {
                    cbor.WriteDouble(value.GetValue<double>());
                }

                break;
            default:
                cbor.WriteBoolean(value.GetValue<bool>());
                break;
        }
    }
}
