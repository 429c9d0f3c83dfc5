using System.Buffers;
using DaxProxy.Core.Expressions;
using DaxProxy.Core.Items;

namespace DaxProxy.Core.Tables;

/// <summary>
/// The key by which a table with a sort key, or an index, is read, and its bytes: the partition attributes, each self-delimiting, then the
/// sort attributes in an encoding that sorts. A single sort attribute runs to the end as it is; several are terminated, so that they sort
/// one after another.
/// </summary>
/// <remarks>
/// Immutable. A terminated part writes a zero byte as <c>00 FF</c> and ends with <c>00 01</c>: no part is a prefix of another, and shorter
/// sorts first. For a table these are the bytes of <see cref="ItemKey"/>.
/// </remarks>
/// <param name="Hash">The partition key: one attribute, up to four of a global index.</param>
/// <param name="Range">The sort key: none or one attribute, up to four of a global index.</param>
public sealed record KeyLayout(IReadOnlyList<KeyAttribute> Hash, IReadOnlyList<KeyAttribute> Range)
{
    /// <summary>Partition attributes, then sort attributes.</summary>
    public IEnumerable<KeyAttribute> Attributes => Hash.Concat(Range);

    /// <summary>The primary key of a table.</summary>
    public static KeyLayout Of(KeySchema schema) => new(
        [new KeyAttribute(schema.HashName, schema.HashType)],
        schema.RangeName is null ? [] : [new KeyAttribute(schema.RangeName, schema.RangeType)]);

    /// <summary>
    /// Whether an item has every attribute of the key, each of its type and of a length that a key may have, and so is in the index.
    /// </summary>
    public bool Has(AttributeMap item) => Has(item, Hash, isHash: true) && Has(item, Range, isHash: false);

    /// <summary>The key of an item that has every attribute of it.</summary>
    public byte[] KeyOf(AttributeMap item)
    {
        ArrayBufferWriter<byte> key = new(256);
        WriteHash(item, key);
        WriteRange(item, key);
        return key.WrittenSpan.ToArray();
    }

    /// <summary>Appends the partition key of an item.</summary>
    public void WriteHash(AttributeMap item, ArrayBufferWriter<byte> key)
    {
        foreach (KeyAttribute hash in Hash)
        {
            WriteHash(item[hash.Name], key);
        }
    }

    /// <summary>Appends the sort key of an item; nothing where there is none.</summary>
    public void WriteRange(AttributeMap item, ArrayBufferWriter<byte> key)
    {
        foreach (KeyAttribute range in Range)
        {
            WriteRange(item[range.Name], key);
        }
    }

    /// <summary>Appends one attribute of the partition key.</summary>
    public static void WriteHash(AttributeValue value, ArrayBufferWriter<byte> key) =>
        key.Advance(KeyEncoding.WriteSelfDelimiting(value, key.GetSpan(KeyEncoding.RoomFor(value))));

    /// <summary>
    /// The sort keys that conditions allow, which have been checked: equality for all attributes but the last one named, none left out.
    /// </summary>
    public SortKeyRange RangeOf(IReadOnlyList<KeyCondition> conditions)
    {
        ArrayBufferWriter<byte> fixedPart = new(160);
        foreach (KeyAttribute key in Range)
        {
            KeyCondition? condition = conditions.FirstOrDefault(condition => condition.AttributeName == key.Name);
            if (condition is null)
            {
                break;
            }

            if (condition.Operator != KeyOperator.Equal)
            {
                return RangeOf(fixedPart.WrittenSpan, condition);
            }

            WriteRange(condition.Value, fixedPart);
            if (Range.Count == 1)
            {
                return SortKeyRange.Only(fixedPart.WrittenSpan);
            }
        }

        return SortKeyRange.BeginningWith(fixedPart.WrittenSpan);
    }

    private static bool Has(AttributeMap item, IReadOnlyList<KeyAttribute> keys, bool isHash)
    {
        foreach (KeyAttribute key in keys)
        {
            if (!KeyRules.Fits(item, key, isHash))
            {
                return false;
            }
        }

        return true;
    }

    private SortKeyRange RangeOf(ReadOnlySpan<byte> fixedPart, KeyCondition condition)
    {
        SortKeyRange all = SortKeyRange.BeginningWith(fixedPart);
        byte[] key = Append(fixedPart, condition.Value);
        return condition.Operator switch
        {
            KeyOperator.Less => all with { End = key },
            KeyOperator.LessOrEqual => all with { End = Behind(key) },
            KeyOperator.Greater => all with { First = Behind(key) },
            KeyOperator.GreaterOrEqual => all with { First = key },
            KeyOperator.Between => new SortKeyRange(key, Behind(Append(fixedPart, condition.Upper!))),

            // A terminated part begins with the prefix up to its terminator.
            _ => SortKeyRange.BeginningWith(Range.Count == 1 ? key : key.AsSpan(..^2)),
        };
    }

    /// <summary>The first sort key behind all that have this value. A terminated part has one, as its last byte is 01.</summary>
    private byte[] Behind(byte[] key) => Range.Count == 1 ? SortKeyRange.After(key) : SortKeyRange.AfterPrefix(key)!;

    private byte[] Append(ReadOnlySpan<byte> fixedPart, AttributeValue value)
    {
        ArrayBufferWriter<byte> key = new(fixedPart.Length + 64);
        key.Write(fixedPart);
        WriteRange(value, key);
        return key.WrittenSpan.ToArray();
    }

    private void WriteRange(AttributeValue value, ArrayBufferWriter<byte> key)
    {
        if (Range.Count == 1)
        {
            key.Advance(KeyEncoding.WriteOrdered(value, key.GetSpan(KeyEncoding.RoomFor(value))));
            return;
        }

        Span<byte> part = stackalloc byte[KeyEncoding.MaxKeyBytes];
        foreach (byte b in part[..KeyEncoding.WriteOrdered(value, part)])
        {
            ReadOnlySpan<byte> escaped = b == 0 ? [0x00, 0xFF] : [b];
            key.Write(escaped);
        }

        ReadOnlySpan<byte> terminator = [0x00, 0x01];
        key.Write(terminator);
    }
}
