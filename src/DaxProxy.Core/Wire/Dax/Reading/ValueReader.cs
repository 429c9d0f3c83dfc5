using System.Runtime.CompilerServices;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Wire.Dax.Cbor;

namespace DaxProxy.Core.Wire.Dax.Reading;

/// <summary>
/// Attribute values of a request: checks them as the service does, in its order within each value, and normalises them.
/// </summary>
/// <remarks>
/// <code>
/// value = text | bytes | number | false | true | null | [ value … ] | { text: value … }
///       | 3321([ text … ]) | 3322([ number … ]) | 3323([ bytes … ])
/// </code>
/// Source: the attribute value encoders of the public clients.
/// </remarks>
internal static class ValueReader
{
    public const int StringSetTag = 3321;
    public const int NumberSetTag = 3322;
    public const int BinarySetTag = 3323;

    /// <summary>Deepest level a value may lie on; a top-level attribute is on level 1. Source: the service's documented limit.</summary>
    private const int MaxDepth = 32;

    private const int Map = 5;

    /// <summary>
    /// Reads a value. After a fault of DynamoDB's the rest of it is not read; bytes that are none throw <see cref="FormatException"/>.
    /// </summary>
    /// <param name="reader">Stands at the value.</param>
    /// <param name="layer">Whose texts to use.</param>
    /// <param name="moreLevels">How many levels it may have beyond those that an item may.</param>
    public static Decoded<AttributeValue> Read(ref CborReader reader, ValidationLayer layer, int moreLevels = 0)
    {
        string? fault = TryRead(ref reader, layer, -moreLevels, out AttributeValue? value);
        return new(fault is null ? value : null, fault);
    }

    private static string? TryRead(ref CborReader reader, ValidationLayer layer, int depth, out AttributeValue? value)
    {
        value = null;
        if (depth >= MaxDepth)
        {
            return ValueFaults.TooDeep;
        }

        switch (reader.PeekByte() >> 5)
        {
            case CborHead.Text:
                value = AttributeValue.FromString(reader.ReadValueText());
                return null;
            case CborHead.Binary:
                value = AttributeValue.FromBinary(reader.ReadBytes().ToArray());
                return null;
            case CborHead.Array:
                return TryReadList(ref reader, layer, depth, out value);
            case Map:
                return TryReadMap(ref reader, layer, depth, out value);
            case CborHead.Tag when reader.PeekHead().Argument is StringSetTag or NumberSetTag or BinarySetTag:
                return TryReadSet(ref reader, layer, out value);
            case CborHead.Simple when reader.PeekByte() is 0xf4 or 0xf5:
                value = AttributeValue.FromBool(reader.ReadFlag());
                return null;
            case CborHead.Simple when reader.TryReadNull():
                value = AttributeValue.Null;
                return null;
            default:
                return TryReadNumber(ref reader, layer, out value);
        }
    }

    private static string? TryReadNumber(ref CborReader reader, ValidationLayer layer, out AttributeValue? value)
    {
        NumberFault fault = reader.ReadNumber(out Number number);
        value = fault == NumberFault.None ? AttributeValue.FromNumber(number) : null;
        return fault == NumberFault.None ? null : ValueFaults.Number(fault, "NaN", layer);
    }

    private static string? TryReadList(ref CborReader reader, ValidationLayer layer, int depth, out AttributeValue? value)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        value = null;
        List<AttributeValue> elements = [];
        int count = reader.ReadArray();
        while (reader.HasNext(ref count))
        {
            if (TryRead(ref reader, layer, depth + 1, out AttributeValue? element) is { } fault)
            {
                return fault;
            }

            elements.Add(element!);
        }

        value = AttributeValue.FromList([.. elements]);
        return null;
    }

    private static string? TryReadMap(ref CborReader reader, ValidationLayer layer, int depth, out AttributeValue? value)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        value = null;
        AttributeMap map = [];
        int count = reader.ReadMap();
        while (reader.HasNext(ref count))
        {
            string name = reader.ReadText();
            if (TryRead(ref reader, layer, depth + 1, out AttributeValue? content) is { } fault)
            {
                return fault;
            }

            map[name] = content!;
        }

        value = AttributeValue.FromMap(map);
        return null;
    }

    private static string? TryReadSet(ref CborReader reader, ValidationLayer layer, out AttributeValue? value)
    {
        value = null;
        AttributeType type = reader.ReadTag() switch
        {
            StringSetTag => AttributeType.SS,
            NumberSetTag => AttributeType.NS,
            _ => AttributeType.BS,
        };
        List<AttributeValue> members = [];
        int count = reader.ReadArray();
        while (reader.HasNext(ref count))
        {
            AttributeValue? member;
            switch (type)
            {
                case AttributeType.SS:
                    member = AttributeValue.FromString(reader.ReadText());
                    break;
                case AttributeType.BS:
                    member = AttributeValue.FromBinary(reader.ReadBytes().ToArray());
                    break;
                default:
                    if (TryReadNumber(ref reader, layer, out member) is { } fault)
                    {
                        return fault;
                    }

                    break;
            }

            members.Add(member!);
        }

        return TryMakeSet(type, [.. members], layer, out value);
    }

    private static string? TryMakeSet(AttributeType type, AttributeValue[] members, ValidationLayer layer, out AttributeValue? value)
    {
        value = null;
        if (members.Length == 0)
        {
            return type switch
            {
                AttributeType.SS => ValueFaults.EmptyStringSet,
                AttributeType.NS => ValueFaults.EmptyNumberSet,
                _ => ValueFaults.EmptyBinarySet,
            };
        }

        if (new HashSet<AttributeValue>(members).Count < members.Length)
        {
            return ValueFaults.Duplicates(type, members, layer);
        }

        value = AttributeValue.FromSet(type, members);
        return null;
    }
}
