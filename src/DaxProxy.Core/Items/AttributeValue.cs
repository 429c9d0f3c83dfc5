using System.Text;

namespace DaxProxy.Core.Items;

/// <summary>One valid, normalised attribute value, opened for evaluation.</summary>
/// <remarks>
/// Immutable and thread-safe. Numbers are canonical, the members of a set are distinct and sorted by their bytes (numbers by value),
/// nothing is nested deeper than DynamoDB allows. Only a request's value that passed its checks, a stored item or the result of an
/// expression becomes one.
/// </remarks>
public sealed class AttributeValue : IEquatable<AttributeValue>
{
    private readonly object? content;
    private readonly Number number;

    private AttributeValue(AttributeType type, object? content, Number number = default)
    {
        Type = type;
        this.content = content;
        this.number = number;
    }

    /// <summary>The null value; there is only one.</summary>
    public static AttributeValue Null { get; } = new(AttributeType.NULL, null);

    /// <summary>The boolean true.</summary>
    public static AttributeValue True { get; } = new(AttributeType.BOOL, bool.TrueString);

    /// <summary>The boolean false.</summary>
    public static AttributeValue False { get; } = new(AttributeType.BOOL, null);

    /// <summary>The type; says which one of the accessors below may be used.</summary>
    public AttributeType Type { get; }

    /// <summary>Content of an <c>S</c>; made each time where it <see cref="IsUtf8"/>.</summary>
    public string String => content as string ?? Encoding.UTF8.GetString(Utf8.Span);

    /// <summary>Whether this is an <c>S</c> that is kept in UTF-8, as it lies in its item.</summary>
    public bool IsUtf8 => Type == AttributeType.S && content is not string;

    /// <summary>Content of an <c>S</c> that <see cref="IsUtf8"/>.</summary>
    public ReadOnlyMemory<byte> Utf8 => (ReadOnlyMemory<byte>)content!;

    /// <summary>Content of an <c>N</c>.</summary>
    public Number Number => Type == AttributeType.N ? number : throw new InvalidCastException();

    /// <summary>Content of a <c>B</c>.</summary>
    public ReadOnlyMemory<byte> Binary => (byte[])content!;

    /// <summary>Content of a <c>BOOL</c>.</summary>
    public bool Bool => content is not null;

    /// <summary>Elements of an <c>L</c>, or the members of an <c>SS</c>, <c>NS</c> or <c>BS</c> as values of type S, N or B.</summary>
    public IReadOnlyList<AttributeValue> Elements => (AttributeValue[])content!;

    /// <summary>Content of an <c>M</c>.</summary>
    public AttributeMap Map => (AttributeMap)content!;

    /// <summary>Whether this is an <c>SS</c>, <c>NS</c> or <c>BS</c>.</summary>
    public bool IsSet => Type is AttributeType.SS or AttributeType.NS or AttributeType.BS;

    /// <summary>An <c>S</c>.</summary>
    public static AttributeValue FromString(string value) => new(AttributeType.S, value);

    /// <summary>
    /// An <c>S</c> that stays in UTF-8 until it is asked for: that of a long text is half as long, and is there already. The bytes are
    /// valid, are not copied and must not be changed afterwards.
    /// </summary>
    public static AttributeValue FromUtf8(ReadOnlyMemory<byte> value) => new(AttributeType.S, value);

    /// <summary>An <c>N</c>.</summary>
    public static AttributeValue FromNumber(Number value) => new(AttributeType.N, null, value);

    /// <summary>A <c>B</c>. The array is not copied and must not be changed afterwards.</summary>
    public static AttributeValue FromBinary(byte[] value) => new(AttributeType.B, value);

    /// <summary>A <c>BOOL</c>.</summary>
    public static AttributeValue FromBool(bool value) => value ? True : False;

    /// <summary>An <c>L</c>. The array is not copied and must not be changed afterwards.</summary>
    public static AttributeValue FromList(AttributeValue[] elements) => new(AttributeType.L, elements);

    /// <summary>An <c>M</c>. The map is not copied and must not be changed afterwards.</summary>
    public static AttributeValue FromMap(AttributeMap map) => new(AttributeType.M, map);

    /// <summary>A set of distinct members, all of the set's member type; sorts them. The array is kept, not copied.</summary>
    public static AttributeValue FromSet(AttributeType setType, AttributeValue[] members)
    {
        Array.Sort(members, CompareScalars);
        return new(setType, members);
    }

    /// <summary>The set type that holds members of this scalar type (S → SS), or null where none does.</summary>
    public static AttributeType? SetOf(AttributeType member) => member switch
    {
        AttributeType.S => AttributeType.SS,
        AttributeType.N => AttributeType.NS,
        AttributeType.B => AttributeType.BS,
        _ => null,
    };

    /// <summary>Orders two scalars of the same type S, N or B as DynamoDB does: UTF-8 bytes, value, unsigned bytes.</summary>
    public static int CompareScalars(AttributeValue left, AttributeValue right) => left.Type switch
    {
        AttributeType.S => CompareUtf8(left.String, right.String),
        AttributeType.N => left.number.CompareTo(right.number),
        _ => left.Binary.Span.SequenceCompareTo(right.Binary.Span),
    };

    /// <summary>Deep equality by value: numbers by magnitude, sets without order, lists with order, types must agree.</summary>
    public bool Equals(AttributeValue? other)
    {
        if (other is null || other.Type != Type)
        {
            return false;
        }

        return Type switch
        {
            AttributeType.S when IsUtf8 && other.IsUtf8 => Utf8.Span.SequenceEqual(other.Utf8.Span),
            AttributeType.S => String == other.String,
            AttributeType.N => number.Equals(other.number),
            AttributeType.B => Binary.Span.SequenceEqual(other.Binary.Span),
            AttributeType.NULL => true,
            AttributeType.BOOL => Bool == other.Bool,
            AttributeType.M => MapEquals(Map, other.Map),
            _ => Elements.SequenceEqual(other.Elements),
        };
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as AttributeValue);

    /// <inheritdoc/>
    public override int GetHashCode() => Type switch
    {
        AttributeType.S => String.GetHashCode(StringComparison.Ordinal),
        AttributeType.N => number.GetHashCode(),
        AttributeType.B => Binary.Length == 0 ? 0 : HashCode.Combine(Binary.Length, Binary.Span[0], Binary.Span[^1]),
        AttributeType.BOOL => Bool ? 1 : 2,
        AttributeType.NULL => 3,
        AttributeType.M => HashCode.Combine(AttributeType.M, Map.Count),
        _ => HashCode.Combine(Type, Elements.Count),
    };

    /// <summary>The value as DynamoDB prints it inside messages: <c>{S:a}</c>.</summary>
    public override string ToString() => Type switch
    {
        AttributeType.S => $"{{S:{String}}}",
        AttributeType.N => $"{{N:{number}}}",
        AttributeType.B => $"{{B:{Convert.ToBase64String(Binary.Span)}}}",
        AttributeType.NULL => "{NULL:true}",
        AttributeType.BOOL => Bool ? "{BOOL:true}" : "{BOOL:false}",
        AttributeType.M => $"{{M:{{{string.Join(", ", Map.Select(m => $"{m.Key}={m.Value}"))}}}}}",
        _ => $"{{{Type}:[{string.Join(", ", Elements)}]}}",
    };

    private static bool MapEquals(AttributeMap left, AttributeMap right)
    {
        if (left.Count != right.Count)
        {
            return false;
        }

        foreach ((string name, AttributeValue value) in left)
        {
            if (!right.TryGetValue(name, out AttributeValue? counterpart) || !value.Equals(counterpart))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// UTF-8 byte order without encoding: it equals UTF-16 order but for surrogates, which stand for code points above all others.
    /// </summary>
    private static int CompareUtf8(string left, string right)
    {
        int common = left.AsSpan().CommonPrefixLength(right);
        if (common == left.Length || common == right.Length)
        {
            return left.Length.CompareTo(right.Length);
        }

        char a = left[common], b = right[common];
        bool aHigh = char.IsSurrogate(a), bHigh = char.IsSurrogate(b);
        return aHigh == bHigh ? a.CompareTo(b) : aHigh ? 1 : -1;
    }

    /// <summary>UTF-8 length of a string value; the only length DynamoDB counts.</summary>
    internal static int Utf8Length(string text) => Encoding.UTF8.GetByteCount(text);
}
