using System.Text;
using DaxProxy.Core.Items;

namespace DaxProxy.Core.Wire.Json;

/// <summary>The parts of a plain GetItem's body, as spans of it.</summary>
/// <remarks>Knows the members TableName, Key, ConsistentRead (false) and ReturnConsumedCapacity (NONE), each at most once.</remarks>
internal ref struct PeekedGetItem
{
    private PlainJson json;

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
        request = default;
        request.json = new PlainJson(body);
        return request.TryReadMembers() && !request.TableName.IsEmpty && request.Keys > 0 && request.json.IsAtEnd;
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
        if (!json.Next('{'))
        {
            return false;
        }

        do
        {
            if (!json.NextName(out ReadOnlySpan<byte> name))
            {
                return false;
            }

            bool known;
            ReadOnlySpan<byte> value = default;
            if (name.SequenceEqual("TableName"u8))
            {
                known = TableName.IsEmpty && json.NextText(out value) && !value.IsEmpty;
                TableName = known ? value : default;
            }
            else if (name.SequenceEqual("Key"u8))
            {
                known = Keys == 0 && TryReadKey();
            }
            else if (name.SequenceEqual("ConsistentRead"u8))
            {
                known = !consistentRead && json.NextFalse();
                consistentRead = true;
            }
            else
            {
                known = !returnConsumedCapacity && name.SequenceEqual("ReturnConsumedCapacity"u8)
                    && json.NextText(out value) && value.SequenceEqual("NONE"u8);
                returnConsumedCapacity = true;
            }

            if (!known)
            {
                return false;
            }
        }
        while (json.Next(','));
        return json.Next('}');
    }

    /// <summary><c>{"name":{"S":"value"},…}</c> with one or two attributes.</summary>
    private bool TryReadKey()
    {
        if (!json.Next('{'))
        {
            return false;
        }

        do
        {
            if (Keys == 2 || !json.NextName(out ReadOnlySpan<byte> name)
                || !json.Next('{') || !json.NextName(out ReadOnlySpan<byte> tag) || TypeOf(tag) is not { } type
                || !json.NextText(out ReadOnlySpan<byte> value) || value.IsEmpty || !json.Next('}'))
            {
                return false;
            }

            Part part = new(name, type, value);
            Hash = Keys == 0 ? part : Hash;
            Range = Keys == 0 ? default : part;
            Keys++;
        }
        while (json.Next(','));
        return json.Next('}');
    }

    private static AttributeType? TypeOf(ReadOnlySpan<byte> tag) => tag switch
    {
        [(byte)'S'] => AttributeType.S,
        [(byte)'N'] => AttributeType.N,
        [(byte)'B'] => AttributeType.B,
        _ => null,
    };

    /// <summary>One key attribute, not decoded.</summary>
    internal readonly ref struct Part(ReadOnlySpan<byte> name, AttributeType type, ReadOnlySpan<byte> value)
    {
        public ReadOnlySpan<byte> Name { get; } = name;

        public AttributeType Type { get; } = type;

        public ReadOnlySpan<byte> Value { get; } = value;
    }
}
