using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;

namespace DaxProxy.Core.Wire.Json;

/// <summary>
/// Attribute values of a request: checks them, in the service's order within each value, and normalises them (canonical numbers, sorted
/// sets).
/// </summary>
internal static class AttributeReader
{
    /// <summary>Deepest level a value may lie on; a top-level attribute is on level 1. Source: the service's documented limit.</summary>
    private const int MaxDepth = 32;

    /// <summary>An item or key.</summary>
    public static Decoded<AttributeMap> ReadMap(JsonElement json, ValidationLayer layer)
    {
        AttributeMap attributes = new();
        foreach (JsonProperty attribute in json.EnumerateObject())
        {
            if (attribute.Name.Length == 0)
            {
                return new(null, ValueFaults.EmptyName);
            }

            if (TryRead(attribute.Value, layer, 0, out AttributeValue? value) is { } fault)
            {
                return new(null, fault);
            }

            attributes[attribute.Name] = value!;
        }

        return attributes;
    }

    /// <summary>A value on its own.</summary>
    /// <param name="json">The value.</param>
    /// <param name="layer">Whose texts to use.</param>
    /// <param name="moreLevels">How many levels it may have beyond those that an item may.</param>
    public static Decoded<AttributeValue> Read(JsonElement json, ValidationLayer layer, int moreLevels = 0)
    {
        string? fault = TryRead(json, layer, -moreLevels, out AttributeValue? value);
        return new(fault is null ? value : null, fault);
    }

    private static string? TryRead(JsonElement json, ValidationLayer layer, int depth, out AttributeValue? value)
    {
        value = null;
        if (depth >= MaxDepth)
        {
            return ValueFaults.TooDeep;
        }

        int types = 0;
        if (json.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty tagged in json.EnumerateObject())
            {
                if (tagged.Value.ValueKind == JsonValueKind.Null || TypeOf(tagged) is not { } type)
                {
                    continue;
                }

                types++;
                if (TryReadTyped(type, tagged.Value, layer, depth, out value) is { } fault)
                {
                    value = null;
                    return fault;
                }
            }
        }

        return types switch
        {
            0 => ValueFaults.NoType,
            1 => null,
            _ => ValueFaults.SeveralTypes,
        };
    }

    /// <summary>The type a tag names; null for an unknown tag, which is ignored.</summary>
    private static AttributeType? TypeOf(JsonProperty tagged) => tagged.Name switch
    {
        "S" => AttributeType.S,
        "N" => AttributeType.N,
        "B" => AttributeType.B,
        "SS" => AttributeType.SS,
        "NS" => AttributeType.NS,
        "BS" => AttributeType.BS,
        "M" => AttributeType.M,
        "L" => AttributeType.L,
        "NULL" => AttributeType.NULL,
        "BOOL" => AttributeType.BOOL,
        _ => null,
    };

    /// <summary>
    /// The text of a value. Of a long one as it stands only what can matter; one with escapes would have to be decoded to know where they
    /// end, and is as long as it is.
    /// </summary>
    private static string TextOf(JsonElement json)
    {
        ReadOnlySpan<byte> quoted = JsonMarshal.GetRawUtf8Value(json);
        return quoted.Length <= LongText.MaxBytes || quoted.Contains((byte)'\\') || !Utf8.IsValid(quoted)
            ? json.GetString()!
            : LongText.Of(quoted[1..^1]);
    }

    private static string? TryReadTyped(AttributeType type, JsonElement json, ValidationLayer layer, int depth, out AttributeValue? value)
    {
        value = null;
        switch (type)
        {
            case AttributeType.S:
                value = AttributeValue.FromString(TextOf(json));
                return null;
            case AttributeType.N:
                return TryReadNumber(json.GetString()!, layer, out value);
            case AttributeType.B:
                value = AttributeValue.FromBinary(json.GetBytesFromBase64());
                return null;
            case AttributeType.BOOL:
                value = AttributeValue.FromBool(IsTrue(json));
                return null;
            case AttributeType.NULL:
                value = AttributeValue.Null;
                return IsTrue(json) ? null : ValueFaults.NullFalse;
            case AttributeType.M:
                return TryReadMap(json, layer, depth, out value);
            case AttributeType.L:
                return TryReadList(json, layer, depth, out value);
            default:
                return TryReadSet(type, json, layer, out value);
        }
    }

    private static bool IsTrue(JsonElement json) => json.ValueKind == JsonValueKind.String
        ? JsonMembers.TryReadBoolean(json.GetString()!, out bool value) && value
        : json.ValueKind == JsonValueKind.True;

    private static string? TryReadNumber(string text, ValidationLayer layer, out AttributeValue? value)
    {
        NumberFault fault = Number.TryParse(text.AsSpan(), out Number number);
        value = fault == NumberFault.None ? AttributeValue.FromNumber(number) : null;
        return fault == NumberFault.None ? null : ValueFaults.Number(fault, text, layer);
    }

    private static string? TryReadMap(JsonElement json, ValidationLayer layer, int depth, out AttributeValue? value)
    {
        value = null;
        AttributeMap map = new();
        foreach (JsonProperty entry in json.EnumerateObject())
        {
            if (TryRead(entry.Value, layer, depth + 1, out AttributeValue? content) is { } fault)
            {
                return fault;
            }

            map[entry.Name] = content!;
        }

        value = AttributeValue.FromMap(map);
        return null;
    }

    private static string? TryReadList(JsonElement json, ValidationLayer layer, int depth, out AttributeValue? value)
    {
        value = null;
        AttributeValue[] elements = new AttributeValue[json.GetArrayLength()];
        int position = 0;
        foreach (JsonElement element in json.EnumerateArray())
        {
            if (TryRead(element, layer, depth + 1, out AttributeValue? content) is { } fault)
            {
                return fault;
            }

            elements[position++] = content!;
        }

        value = AttributeValue.FromList(elements);
        return null;
    }

    private static string? TryReadSet(AttributeType type, JsonElement json, ValidationLayer layer, out AttributeValue? value)
    {
        value = null;
        int count = json.GetArrayLength();
        if (count == 0)
        {
            return type switch
            {
                AttributeType.SS => ValueFaults.EmptyStringSet,
                AttributeType.NS => ValueFaults.EmptyNumberSet,
                _ => ValueFaults.EmptyBinarySet,
            };
        }

        AttributeValue[] members = new AttributeValue[count];
        int position = 0;
        foreach (JsonElement member in json.EnumerateArray())
        {
            AttributeValue? content;
            switch (type)
            {
                case AttributeType.SS when member.ValueKind == JsonValueKind.Null:
                    return ValueFaults.NullInStringSet;
                case AttributeType.SS:
                    content = AttributeValue.FromString(member.GetString()!);
                    break;
                case AttributeType.BS when member.ValueKind == JsonValueKind.Null:
                    return ValueFaults.NullInBinarySet;
                case AttributeType.BS:
                    content = AttributeValue.FromBinary(member.GetBytesFromBase64());
                    break;
                default:
                    if (TryReadNumber(member.GetString() ?? "", layer, out content) is { } fault)
                    {
                        return fault;
                    }

                    break;
            }

            members[position++] = content!;
        }

        if (new HashSet<AttributeValue>(members).Count < count)
        {
            return ValueFaults.Duplicates(type, members, layer);
        }

        value = AttributeValue.FromSet(type, members);
        return null;
    }
}
