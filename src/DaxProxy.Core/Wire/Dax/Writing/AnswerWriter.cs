using System.Buffers;
using DaxProxy.Core.Expressions;
using DaxProxy.Core.Items;
using DaxProxy.Core.Tables;
using DaxProxy.Core.Wire.Dax.Cbor;

namespace DaxProxy.Core.Wire.Dax.Writing;

/// <summary>
/// The bytes of an answer in the making: data items one after another, and gaps where the number of an attribute list, and the length that
/// depends on it, are to be written when they are known.
/// </summary>
internal sealed class AnswerWriter
{
    private const int FewBytes = 256;

    private readonly ArrayBufferWriter<byte> output;
    private readonly Dictionary<AttributeNames, int> positions = [];
    private readonly List<AttributeNames> lists = [];
    private readonly List<Gap> gaps = [];

    /// <param name="itemBytes">The length of its items in JSON, which is hardly less than theirs here; 0 where that is not known.</param>
    public AnswerWriter(int itemBytes = 0)
    {
        output = new ArrayBufferWriter<byte>(FewBytes + itemBytes);
        Cbor = new CborWriter(output);
    }

    /// <summary>Writes an answer that has no gap.</summary>
    public CborWriter Cbor { get; }

    public DaxAnswer Finish() => new(output.WrittenMemory, gaps, lists);

    /// <summary>
    /// The byte string of a key. <see cref="UnfitReplyException"/> if it lacks an attribute, has one of another type, or is too long.
    /// </summary>
    public void Key(AttributeMap attributes, KeySchema schema)
    {
        if (!KeyRules.Fits(attributes, schema))
        {
            throw new UnfitReplyException();
        }

        Cbor.Bytes(ItemKey.Of(schema, attributes).Bytes.Span);
    }

    /// <summary>The byte string of all attributes that are not in the key.</summary>
    public void Values(AttributeMap attributes, KeySchema schema)
    {
        int at = Begin(attributes, schema, out string[] names);
        foreach (string name in names)
        {
            ValueWriter.Write(Cbor, attributes[name]);
        }

        End(at);
    }

    /// <summary>The byte string of an update's attributes, by their position in the list.</summary>
    public void ValuesByPosition(AttributeMap attributes, KeySchema schema)
    {
        int at = Begin(attributes, schema, out string[] names);
        Cbor.BeginMap(names.Length);
        for (int position = 0; position < names.Length; position++)
        {
            Cbor.Int(position);
            ValueWriter.Write(Cbor, attributes[names[position]]);
        }

        End(at);
    }

    /// <summary>The projected part of an item: a map of values by the position of their paths.</summary>
    public void Parts(AttributeMap part, ProjectionExpression projection)
    {
        List<KeyValuePair<int, AttributeValue>> values = ProjectionParts.Of(projection, part);
        Cbor.BeginMap(values.Count);
        foreach ((int position, AttributeValue value) in values)
        {
            Cbor.Int(position);
            ValueWriter.Write(Cbor, value);
        }
    }

    /// <summary>An item: its values, or the parts that a projection left.</summary>
    public void Item(Item item, KeySchema schema, ProjectionExpression? projection)
    {
        if (projection is null)
        {
            Values(item.Open(), schema);
        }
        else
        {
            Parts(item.Open(), projection);
        }
    }

    private int Begin(AttributeMap attributes, KeySchema schema, out string[] names)
    {
        names = [.. attributes.Keys.Where(name => !schema.Contains(name))];
        Array.Sort(names, StringComparer.Ordinal);
        int list = Gap.NoList;
        if (names.Length > 0)
        {
            AttributeNames key = new(names);
            if (!positions.TryGetValue(key, out list))
            {
                list = lists.Count;
                positions.Add(key, list);
                lists.Add(key);
            }
        }

        gaps.Add(new Gap(output.WrittenCount, 0, list));
        return gaps.Count - 1;
    }

    private void End(int at) => gaps[at] = gaps[at] with { ContentBytes = output.WrittenCount - gaps[at].Position };
}
