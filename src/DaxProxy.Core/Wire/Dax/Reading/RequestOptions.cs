using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Wire.Dax.Cbor;

namespace DaxProxy.Core.Wire.Dax.Reading;

/// <summary>The optional parameters of a request: null, or a map of numbers to values that every method ends with.</summary>
/// <remarks>
/// What is not there is default; expressions are left as they are. Numbers that are not known are passed over, a number that comes twice
/// has its last value: one client writes its conditions twice. Source: the request encoders of the public clients.
/// </remarks>
internal ref struct RequestOptions
{
    public ReadOnlySpan<byte> Projection;
    public bool ConsistentRead;
    public ReturnConsumedCapacity ReturnConsumedCapacity;
    public ReadOnlySpan<byte> Condition;
    public bool ReturnItemCollectionMetrics;
    public ReturnValues ReturnValues;
    public ReadOnlySpan<byte> Update;
    public ReadOnlySpan<byte> StartKey;
    public ReadOnlySpan<byte> Filter;
    public string? IndexName;
    public long? Limit;
    public bool IsBackward;
    public Select Select;
    public long? Segment;
    public long? TotalSegments;
    public string? ClientRequestToken;

    public static RequestOptions Read(ref CborReader reader)
    {
        RequestOptions options = default;
        if (reader.TryReadNull())
        {
            return options;
        }

        int count = reader.ReadMap();
        while (reader.HasNext(ref count))
        {
            if (!reader.TryReadInt64(out long key))
            {
                throw CborReader.Malformed();
            }

            if (!reader.TryReadNull())
            {
                options.ReadOption(key, ref reader);
            }
        }

        return options;
    }

    private void ReadOption(long key, ref CborReader reader)
    {
        switch (key)
        {
            case 0: Projection = ReadExpression(ref reader); break;
            case 2: ConsistentRead = reader.ReadFlag(); break;
            case 3: ReturnConsumedCapacity = (ReturnConsumedCapacity)ReadChoice(ref reader, 0, 2); break;
            case 4: Condition = ReadExpression(ref reader); break;
            case 6: ReturnItemCollectionMetrics = ReadChoice(ref reader, 0, 1) == 1; break;
            case 7: ReturnValues = (ReturnValues)(ReadChoice(ref reader, 1, 5) - 1); break;
            case 8: Update = ReadExpression(ref reader); break;
            case 9: StartKey = ReadExpression(ref reader); break;
            case 10: Filter = ReadExpression(ref reader); break;
            case 11: IndexName = reader.ReadTextOrBytes(); break;
            case 13: Limit = ReadNumber(ref reader); break;
            case 14: IsBackward = !reader.ReadFlag(); break;
            case 15: Select = SelectOf(ReadChoice(ref reader, 1, 4)); break;
            case 16: Segment = ReadNumber(ref reader); break;
            case 17: TotalSegments = ReadNumber(ref reader); break;
            case 19: ClientRequestToken = reader.ReadTextOrBytes(); break;
            default: reader.Skip(); break;
        }
    }

    /// <summary>A byte string, or the text that one client writes before it writes the byte string; never an empty one.</summary>
    private static ReadOnlySpan<byte> ReadExpression(scoped ref CborReader reader)
    {
        if (reader.PeekByte() >> 5 == CborHead.Text)
        {
            reader.Skip();
            return default;
        }

        ReadOnlySpan<byte> bytes = reader.ReadBytes();
        return bytes.IsEmpty ? throw CborReader.Malformed() : bytes;
    }

    private static int ReadChoice(ref CborReader reader, int first, int last)
    {
        int choice = reader.ReadInt32();
        return choice >= first && choice <= last ? choice : throw CborReader.Malformed();
    }

    private static long ReadNumber(ref CborReader reader) => reader.TryReadInt64(out long number) ? number : throw CborReader.Malformed();

    private static Select SelectOf(int choice) => choice switch
    {
        1 => Select.ALL_ATTRIBUTES,
        2 => Select.ALL_PROJECTED_ATTRIBUTES,
        3 => Select.COUNT,
        _ => Select.SPECIFIC_ATTRIBUTES,
    };
}
