using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml;
using DaxProxy.Services.Model;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace DaxProxy.Services.Codecs;

/// <summary>The query protocol: a form with <c>Action</c>, answered in XML. An element of a list is <c>Name.member.1</c>.</summary>
/// <param name="xmlNamespace">The namespace of answers.</param>
internal sealed class QueryCodec(string xmlNamespace) : IServiceCodec
{
    private const int MaxParameters = 10_000, MaxDepth = 32;

    /// <inheritdoc/>
    public string ContentType => "text/xml";

    /// <inheritdoc/>
    public ServiceFault Unreadable { get; } = new("MalformedInput", "A parameter has another type than the service's model says");

    /// <summary>The parameters of a form; null when it is none.</summary>
    public static Dictionary<string, StringValues>? TryReadForm(byte[] body)
    {
        try
        {
            using FormReader reader = new(Encoding.UTF8.GetString(body))
            {
                ValueCountLimit = MaxParameters, ValueLengthLimit = body.Length + 1,
            };
            return reader.ReadForm();
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public JsonDocument? TryRead(byte[] body, ServiceShape shape)
    {
        if (TryReadForm(body) is not { } form)
        {
            return null;
        }

        ArrayBufferWriter<byte> json = new();
        using (Utf8JsonWriter writer = new(json))
        {
            if (!TryWrite(writer, shape, TreeOf(form), MaxDepth))
            {
                return null;
            }
        }

        return JsonDocument.Parse(json.WrittenMemory);
    }

    /// <inheritdoc/>
    public byte[] Write(string operation, JsonObject result, string requestId) => Write(xml =>
    {
        xml.WriteStartElement(operation + "Response", xmlNamespace);
        if (result.Count > 0 || operation is not ("PutMetricData" or "PutMetricAlarm" or "DeleteAlarms" or "SetAlarmState"))
        {
            xml.WriteStartElement(operation + "Result");
            WriteMembers(xml, result);
            xml.WriteEndElement();
        }

        xml.WriteStartElement("ResponseMetadata");
        xml.WriteElementString("RequestId", requestId);
        xml.WriteEndElement();
        xml.WriteEndElement();
    });

    /// <inheritdoc/>
    public byte[] Write(ServiceFault fault, string requestId) => Write(xml =>
    {
        xml.WriteStartElement("ErrorResponse", xmlNamespace);
        xml.WriteStartElement("Error");
        xml.WriteElementString("Type", fault.StatusCode < StatusCodes.Status500InternalServerError ? "Sender" : "Receiver");
        xml.WriteElementString("Code", fault.QueryCode);
        xml.WriteElementString("Message", fault.Message);
        xml.WriteEndElement();
        xml.WriteElementString("RequestId", requestId);
        xml.WriteEndElement();
    });

    /// <summary>The parameters by the parts of their names.</summary>
    private static Node TreeOf(Dictionary<string, StringValues> form)
    {
        Node root = new();
        foreach ((string name, StringValues value) in form)
        {
            Node at = root;
            foreach (string part in name.Split('.', MaxDepth))
            {
                if (!at.Parts.TryGetValue(part, out Node? next))
                {
                    at.Parts.Add(part, next = new Node());
                }

                at = next;
            }

            at.Value = value.ToString();
        }

        return root;
    }

    private static bool TryWrite(Utf8JsonWriter json, ServiceShape shape, Node node, int depth)
    {
        switch (shape.Kind)
        {
            case var _ when depth == 0:
                return false;
            case ShapeKind.Structure:
                json.WriteStartObject();
                foreach ((string name, ServiceShape member) in shape.Members)
                {
                    if (node.Parts.TryGetValue(name, out Node? part))
                    {
                        json.WritePropertyName(name);
                        if (!TryWrite(json, member, part, depth - 1))
                        {
                            return false;
                        }
                    }
                }

                json.WriteEndObject();
                return true;
            case ShapeKind.List:
                json.WriteStartArray();
                IEnumerable<KeyValuePair<string, Node>> elements = (node.Parts.GetValueOrDefault("member")?.Parts ?? [])
                    .OrderBy(element => int.TryParse(element.Key, NumberStyles.None, CultureInfo.InvariantCulture, out int at) ? at : 0);
                foreach ((_, Node element) in elements)
                {
                    if (!TryWrite(json, shape.Element!, element, depth - 1))
                    {
                        return false;
                    }
                }

                json.WriteEndArray();
                return true;
            case ShapeKind.Map:
                return false;
            default:
                return TryWriteScalar(json, shape.Kind, node.Value ?? "");
        }
    }

    private static bool TryWriteScalar(Utf8JsonWriter json, ShapeKind kind, string text)
    {
        switch (kind)
        {
            case ShapeKind.Integer or ShapeKind.Long
                when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
                    && (kind == ShapeKind.Long || number is >= int.MinValue and <= int.MaxValue):
                json.WriteNumberValue(number);
                return true;
            case ShapeKind.Double
                when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double real) && double.IsFinite(real):
                json.WriteNumberValue(real);
                return true;
            case ShapeKind.Timestamp when DateTimeOffset.TryParse(
                text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time):
                json.WriteNumberValue(time.ToUnixTimeMilliseconds() / 1000.0);
                return true;
            case ShapeKind.Boolean when bool.TryParse(text, out bool flag):
                json.WriteBooleanValue(flag);
                return true;
            case ShapeKind.String:
                json.WriteStringValue(text);
                return true;
            default:
                return false;
        }
    }

    private static void WriteMembers(XmlWriter xml, JsonObject members)
    {
        foreach ((string name, JsonNode? value) in members)
        {
            xml.WriteStartElement(name);
            WriteValue(xml, value, Timestamps.Is(name));
            xml.WriteEndElement();
        }
    }

    private static void WriteValue(XmlWriter xml, JsonNode? value, bool isTime)
    {
        switch (value)
        {
            case JsonObject members:
                WriteMembers(xml, members);
                break;
            case JsonArray elements:
                foreach (JsonNode? element in elements)
                {
                    xml.WriteStartElement("member");
                    WriteValue(xml, element, isTime);
                    xml.WriteEndElement();
                }

                break;
            case not null when isTime:
                xml.WriteString(Timestamps.ToText(value.GetValue<double>()));
                break;
            case not null when value.GetValueKind() == JsonValueKind.String:
                xml.WriteString(value.GetValue<string>());
                break;
            default:
                // As in JSON, but a number that may have a fraction shows that, as the service's do.
                string? text = value?.ToJsonString();
                bool isWhole = text is not null && value!.GetValueKind() == JsonValueKind.Number && !text.AsSpan().ContainsAny('.', 'E')
                    && !value.AsValue().TryGetValue(out int _);
                xml.WriteString(isWhole ? text + ".0" : text);
                break;
        }
    }

    private static byte[] Write(Action<XmlWriter> write)
    {
        using MemoryStream output = new();
        XmlWriterSettings settings = new()
        {
            OmitXmlDeclaration = true, CheckCharacters = false, Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        };
        using (XmlWriter xml = XmlWriter.Create(output, settings))
        {
            write(xml);
        }

        return output.ToArray();
    }

    private sealed class Node
    {
        public Dictionary<string, Node> Parts { get; } = new(StringComparer.Ordinal);

        public string? Value { get; set; }
    }
}
