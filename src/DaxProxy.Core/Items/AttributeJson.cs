using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace DaxProxy.Core.Items;

/// <summary>Attributes to and from normalised DynamoDB JSON: <c>{"a":{"S":"x"},"n":{"N":"1"}}</c>.</summary>
/// <remarks>
/// Normalised means: each value has one type, numbers are canonical, sets sorted, binaries in padded base64, nothing escaped that need not
/// be (but names beyond the Basic Multilingual Plane), no white space; equal attributes in equal order are equal bytes. Only our own
/// writers make it, so that reading it checks no rule of DynamoDB: a request goes through the checks of its wire instead. Thread-safe.
/// Source: DynamoDB's API reference, AttributeValue.
/// </remarks>
public static class AttributeJson
{
    /// <summary>
    /// Values inside one another. DynamoDB's limit of 32 is checked where values enter; this one keeps a bug there from ending the process.
    /// </summary>
    internal const int MaxDepth = 64;

    // A level is two objects or an object and a list; the item itself is one more.
    private static readonly JsonReaderOptions ReaderOptions = new() { MaxDepth = (2 * MaxDepth) + 1 };

    private static readonly JsonEncodedText[] Tags =
        [.. Enum.GetNames<AttributeType>().Select(name => JsonEncodedText.Encode(name))];

    /// <summary>What a writer must be made with to write normalised JSON.</summary>
    public static JsonWriterOptions WriterOptions { get; } = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    /// <summary>Writes the attributes as one object; <see cref="InvalidOperationException"/> if they are nested absurdly deep.</summary>
    public static void Write(Utf8JsonWriter writer, AttributeMap attributes) => WriteMap(writer, attributes, 0);

    /// <summary>Writes one value as an object, its type the only member; errors as for a map.</summary>
    public static void Write(Utf8JsonWriter writer, AttributeValue value) => WriteValue(writer, value, 1);

    /// <summary>
    /// Reads what <see cref="Write(Utf8JsonWriter, AttributeMap)"/> wrote. Anything else is damage, or a bug, and throws
    /// <see cref="JsonException"/> or <see cref="FormatException"/>.
    /// </summary>
    public static AttributeMap Read(ReadOnlySpan<byte> json) => Read(json, default);

    /// <summary>
    /// Reads the same without a copy of long texts, which lie in these bytes from then on: they must not be changed afterwards.
    /// </summary>
    public static AttributeMap Read(ReadOnlyMemory<byte> json) => Read(json.Span, json);

    private static AttributeMap Read(ReadOnlySpan<byte> bytes, ReadOnlyMemory<byte> json)
    {
        Utf8JsonReader reader = new(bytes, ReaderOptions);
        Expect(ref reader, JsonTokenType.StartObject);
        AttributeMap attributes = ReadMap(ref reader, json);
        return reader.Read() ? throw Malformed() : attributes;
    }

    private static void WriteMap(Utf8JsonWriter writer, AttributeMap attributes, int depth)
    {
        writer.WriteStartObject();
        foreach ((string name, AttributeValue value) in attributes)
        {
            writer.WritePropertyName(name);
            WriteValue(writer, value, depth + 1);
        }

        writer.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter writer, AttributeValue value, int depth)
    {
        if (depth > MaxDepth)
        {
            throw new InvalidOperationException("A value is nested deeper than any checked value can be.");
        }

        JsonEncodedText tag = Tags[(int)value.Type];
        writer.WriteStartObject();
        switch (value.Type)
        {
            case AttributeType.S:
                writer.WritePropertyName(tag);
                JsonText.Write(writer, value);
                break;
            case AttributeType.B:
                writer.WriteBase64String(tag, value.Binary.Span);
                break;
            case AttributeType.BOOL or AttributeType.NULL:
                writer.WriteBoolean(tag, value.Type == AttributeType.NULL || value.Bool);
                break;
            case AttributeType.N:
                writer.WritePropertyName(tag);
                WriteNumber(writer, value.Number);
                break;
            case AttributeType.M:
                writer.WritePropertyName(tag);
                WriteMap(writer, value.Map, depth);
                break;
            default:
                writer.WriteStartArray(tag);
                WriteElements(writer, value, depth);
                writer.WriteEndArray();
                break;
        }

        writer.WriteEndObject();
    }

    private static void WriteElements(Utf8JsonWriter writer, AttributeValue value, int depth)
    {
        foreach (AttributeValue element in value.Elements)
        {
            switch (value.Type)
            {
                case AttributeType.L: WriteValue(writer, element, depth + 1); break;
                case AttributeType.SS: JsonText.Write(writer, element); break;
                case AttributeType.NS: WriteNumber(writer, element.Number); break;
                default: writer.WriteBase64StringValue(element.Binary.Span); break;
            }
        }
    }

    private static void WriteNumber(Utf8JsonWriter writer, Number number)
    {
        Span<byte> utf8 = stackalloc byte[Number.MaxFormattedBytes];
        number.TryFormat(utf8, out int length);
        writer.WriteStringValue(utf8[..length]);
    }

    private static AttributeMap ReadMap(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json)
    {
        AttributeMap attributes = [];
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            Expect(ref reader, JsonTokenType.StartObject);
            attributes.Add(name, ReadValue(ref reader, json));
        }

        return attributes;
    }

    private static AttributeValue ReadValue(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json)
    {
        Expect(ref reader, JsonTokenType.PropertyName);
        AttributeType type = TypeOf(reader.ValueSpan);
        reader.Read();
        AttributeValue value = type switch
        {
            AttributeType.S or AttributeType.N or AttributeType.B => ReadScalar(ref reader, type, json),
            AttributeType.NULL => AttributeValue.Null,
            AttributeType.BOOL => AttributeValue.FromBool(reader.GetBoolean()),
            AttributeType.M when reader.TokenType == JsonTokenType.StartObject => AttributeValue.FromMap(ReadMap(ref reader, json)),
            _ => ReadElements(ref reader, type, json),
        };
        Expect(ref reader, JsonTokenType.EndObject);
        return value;
    }

    private static AttributeValue ReadElements(ref Utf8JsonReader reader, AttributeType type, ReadOnlyMemory<byte> json)
    {
        if (type == AttributeType.M || reader.TokenType != JsonTokenType.StartArray)
        {
            throw Malformed();
        }

        List<AttributeValue> elements = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            elements.Add(type switch
            {
                AttributeType.L when reader.TokenType == JsonTokenType.StartObject => ReadValue(ref reader, json),
                AttributeType.SS => ReadScalar(ref reader, AttributeType.S, json),
                AttributeType.NS => ReadScalar(ref reader, AttributeType.N, json),
                AttributeType.BS => ReadScalar(ref reader, AttributeType.B, json),
                _ => throw Malformed(),
            });
        }

        return type == AttributeType.L ? AttributeValue.FromList([.. elements]) : AttributeValue.FromSet(type, [.. elements]);
    }

    private static AttributeValue ReadScalar(ref Utf8JsonReader reader, AttributeType type, ReadOnlyMemory<byte> json)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            throw Malformed();
        }

        if (type == AttributeType.S)
        {
            ReadOnlySpan<byte> text = reader.ValueSpan;
            return text.Length >= LongText.MinUtf8Bytes && !json.IsEmpty && !reader.ValueIsEscaped && Utf8.IsValid(text)
                ? AttributeValue.FromUtf8(json.Slice((int)reader.TokenStartIndex + 1, text.Length))
                : AttributeValue.FromString(reader.GetString()!);
        }

        if (type == AttributeType.B)
        {
            return AttributeValue.FromBinary(reader.GetBytesFromBase64());
        }

        return Number.TryParse(reader.ValueSpan, out Number number) == NumberFault.None
            ? AttributeValue.FromNumber(number)
            : throw Malformed();
    }

    private static AttributeType TypeOf(ReadOnlySpan<byte> tag) => tag switch
    {
        [(byte)'S'] => AttributeType.S,
        [(byte)'N'] => AttributeType.N,
        [(byte)'B'] => AttributeType.B,
        [(byte)'M'] => AttributeType.M,
        [(byte)'L'] => AttributeType.L,
        [(byte)'S', (byte)'S'] => AttributeType.SS,
        [(byte)'N', (byte)'S'] => AttributeType.NS,
        [(byte)'B', (byte)'S'] => AttributeType.BS,
        _ when tag.SequenceEqual("NULL"u8) => AttributeType.NULL,
        _ when tag.SequenceEqual("BOOL"u8) => AttributeType.BOOL,
        _ => throw Malformed(),
    };

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType token)
    {
        if (!reader.Read() || reader.TokenType != token)
        {
            throw Malformed();
        }
    }

    private static JsonException Malformed() => new("Not attributes in normalised DynamoDB JSON.");
}
