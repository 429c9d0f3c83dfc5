using System.Text;
using System.Text.Json;
using DaxProxy.Core.Items;

namespace DaxProxy.Core.Wire.Json;

/// <summary>The parts of a plain GetItem's body, as spans of it.</summary>
/// <remarks>Knows the members TableName, Key, ConsistentRead (false) and ReturnConsumedCapacity (NONE), each at most once.</remarks>
internal ref struct PeekedGetItem
{
    private Utf8JsonReader reader;

    private PeekedGetItem(ReadOnlySpan<byte> body) => reader = new Utf8JsonReader(body);

    /// <summary>Name of the table; any bytes but escapes.</summary>
    public ReadOnlySpan<byte> TableName { get; private set; }

    /// <summary>How many key attributes there are: 1 or 2.</summary>
    public int Keys { get; private set; }

    /// <summary>The first key attribute; the partition key once they are in order.</summary>
    public Part Hash { get; private set; }

    /// <summary>The second key attribute; the sort key once they are in order.</summary>
    public Part Range { get; private set; }

    /// <summary>Reads a body; false if there is anything in it that is not known, or anything missing.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, out PeekedGetItem request)
    {
        request = new PeekedGetItem(body);
        try
        {
            return request.Next(JsonTokenType.StartObject) && request.TryReadMembers()
                && !request.TableName.IsEmpty && request.Keys > 0
                && !request.reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Puts the partition key first; false if the attributes are not the schema's.</summary>
    public bool TryOrder(KeySchema schema)
    {
        if (Keys != (schema.HasRange ? 2 : 1))
        {
            return false;
        }

        if (schema.HasRange && !Ascii.Equals(Hash.Name, schema.HashName))
        {
            Part first = Hash;
            Hash = Range;
            Range = first;
        }

        return Ascii.Equals(Hash.Name, schema.HashName) && Hash.Type == schema.HashType
            && (!schema.HasRange || (Ascii.Equals(Range.Name, schema.RangeName) && Range.Type == schema.RangeType));
    }

    private bool TryReadMembers()
    {
        bool consistentRead = false, returnConsumedCapacity = false;
        while (NextName())
        {
            bool known;
            if (reader.ValueTextEquals("TableName"u8))
            {
                known = TableName.IsEmpty && NextText() && !reader.ValueSpan.IsEmpty;
                TableName = reader.ValueSpan;
            }
            else if (reader.ValueTextEquals("Key"u8))
            {
                known = Keys == 0 && Next(JsonTokenType.StartObject) && TryReadKey();
            }
            else if (reader.ValueTextEquals("ConsistentRead"u8))
            {
                known = !consistentRead && Next(JsonTokenType.False);
                consistentRead = true;
            }
            else
            {
                known = !returnConsumedCapacity && reader.ValueTextEquals("ReturnConsumedCapacity"u8)
                    && NextText() && reader.ValueSpan.SequenceEqual("NONE"u8);
                returnConsumedCapacity = true;
            }

            if (!known)
            {
                return false;
            }
        }

        return reader.TokenType == JsonTokenType.EndObject;
    }

    /// <summary><c>"name":{"S":"value"},…}</c> with one or two attributes.</summary>
    private bool TryReadKey()
    {
        while (NextName())
        {
            ReadOnlySpan<byte> name = reader.ValueSpan;
            if (Keys == 2 || !Next(JsonTokenType.StartObject) || !NextName() || TypeOf(reader.ValueSpan) is not { } type || !NextText())
            {
                return false;
            }

            Part part = new(name, type, reader.ValueSpan);
            if (part.Value.IsEmpty || !Next(JsonTokenType.EndObject))
            {
                return false;
            }

            Hash = Keys == 0 ? part : Hash;
            Range = Keys == 0 ? default : part;
            Keys++;
        }

        return reader.TokenType == JsonTokenType.EndObject && Keys > 0;
    }

    private static AttributeType? TypeOf(ReadOnlySpan<byte> tag) => tag switch
    {
        [(byte)'S'] => AttributeType.S,
        [(byte)'N'] => AttributeType.N,
        [(byte)'B'] => AttributeType.B,
        _ => null,
    };

    private bool Next(JsonTokenType type) => reader.Read() && reader.TokenType == type;

    /// <summary>A string without escapes.</summary>
    private bool NextText() => Next(JsonTokenType.String) && !reader.ValueIsEscaped;

    /// <summary>A name without escapes; an escaped one stops the reading on a token that ends nothing.</summary>
    private bool NextName() => Next(JsonTokenType.PropertyName) && !reader.ValueIsEscaped;

    /// <summary>One key attribute, not decoded.</summary>
    internal readonly ref struct Part(ReadOnlySpan<byte> name, AttributeType type, ReadOnlySpan<byte> value)
    {
        public ReadOnlySpan<byte> Name { get; } = name;

        public AttributeType Type { get; } = type;

        public ReadOnlySpan<byte> Value { get; } = value;
    }
}
