using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;

namespace DaxProxy.Core.Items;

/// <summary>
/// The bytes of a key attribute: the two encodings in which DAX puts it into a key, and those which DynamoDB hashes to place a partition.
/// </summary>
/// <remarks>
/// Pure functions over spans; the writers and <see cref="HashPrefix"/> do not allocate. Equal values have equal bytes in each encoding,
/// however they were spelled. Values are of type S, N or B, which the caller has checked, as well as their length; another type is a bug
/// and throws <see cref="ArgumentException"/>, as does a destination that is too short.
/// Source: the key encoders of the DAX clients, recorded scan orders of the service.
/// </remarks>
public static class KeyEncoding
{
    /// <summary>Room for every key: a partition key of 2048 bytes with its length, a sort key of 1024, and some to spare.</summary>
    public const int MaxKeyBytes = 3200;

    /// <summary>Room for nearly all keys that there are: what is cleared on the stack for each one.</summary>
    internal const int UsualKeyBytes = 256;

    /// <summary>Room for a number in any of the encodings.</summary>
    internal const int MaxNumberBytes = 64;

    /// <summary>Room that suffices for one key attribute in any of the encodings.</summary>
    internal static int RoomFor(AttributeValue part) => MaxNumberBytes + part.Type switch
    {
        AttributeType.S => AttributeValue.Utf8Length(part.String),
        AttributeType.B => part.Binary.Length,
        _ => 0,
    };

    /// <summary>
    /// Writes a partition key that a sort key follows, as one CBOR data item: text, bytes or number. Returns the length.
    /// </summary>
    public static int WriteSelfDelimiting(AttributeValue part, Span<byte> destination) =>
        TryWriteSelfDelimiting(part, destination, out int bytesWritten) ? bytesWritten : throw TooShort();

    /// <summary>
    /// Writes a sort key so that bytes order as DynamoDB does: raw UTF-8, raw bytes, LexDecimal for a number. Returns the length.
    /// </summary>
    public static int WriteOrdered(AttributeValue part, Span<byte> destination) =>
        TryWriteOrdered(part, destination, out int bytesWritten) ? bytesWritten : throw TooShort();

    /// <summary>
    /// Writes DynamoDB's own key bytes of a number, 1 … 21, which order by value. Returns the length, <see cref="Number.SizeBytes"/>.
    /// </summary>
    public static int WriteStorageNumber(Number number, Span<byte> destination) =>
        destination.Length >= number.SizeBytes ? StorageNumber.Write(number, destination) : throw TooShort();

    /// <summary>
    /// Reads what <see cref="WriteSelfDelimiting"/> wrote, or any other CBOR spelling of a number that DAX clients send;
    /// <see cref="FormatException"/> if the source begins with no value of this type.
    /// </summary>
    public static AttributeValue ReadSelfDelimiting(AttributeType type, ReadOnlySpan<byte> source, out int bytesRead)
    {
        if (type == AttributeType.N)
        {
            NumberFault fault = CborNumber.Read(source, out bytesRead, out Number number);
            return fault == NumberFault.None ? AttributeValue.FromNumber(number) : throw new FormatException($"No key number: {fault}.");
        }

        CborHead head = CborHead.Read(source);
        int major = type == AttributeType.S ? CborHead.Text : CborHead.Binary;
        if (head.Major != major || head.Argument > (ulong)(source.Length - head.Bytes))
        {
            throw new FormatException($"No key of type {type}.");
        }

        bytesRead = head.Bytes + (int)head.Argument;
        return ReadRaw(type, source[head.Bytes..bytesRead]);
    }

    /// <summary>
    /// Reads what <see cref="WriteOrdered"/> wrote, or any other LexDecimal spelling of a number; <see cref="FormatException"/> if the
    /// source is no value of this type from its beginning to its end.
    /// </summary>
    public static AttributeValue ReadOrdered(AttributeType type, ReadOnlySpan<byte> source) =>
        type == AttributeType.N ? AttributeValue.FromNumber(LexDecimal.Read(source)) : ReadRaw(type, source);

    /// <summary>
    /// Where DynamoDB's scans meet this partition: the first 64 bits of MD5(<c>Outliers</c> ‖ key bytes), ascending. The key bytes are
    /// UTF-8, the binary itself or <see cref="WriteStorageNumber"/>.
    /// </summary>
    [SuppressMessage("Security", "CA5351", Justification = "Reproduces the service's scan order; nothing is secured by it.")]
    public static ulong HashPrefix(AttributeValue partitionKey)
    {
        ReadOnlySpan<byte> salt = "Outliers"u8;
        int maxBytes = salt.Length + partitionKey.Type switch
        {
            AttributeType.S => AttributeValue.Utf8Length(partitionKey.String),
            AttributeType.B => partitionKey.Binary.Length,
            _ => StorageNumber.MaxBytes,
        };

        byte[]? rented = maxBytes > UsualKeyBytes ? ArrayPool<byte>.Shared.Rent(maxBytes) : null;
        try
        {
            Span<byte> input = rented ?? stackalloc byte[UsualKeyBytes];
            salt.CopyTo(input);
            int length = salt.Length;
            if (partitionKey.Type == AttributeType.N)
            {
                length += StorageNumber.Write(partitionKey.Number, input[length..]);
            }
            else
            {
                TryWriteRaw(partitionKey, input[length..], out int written);
                length += written;
            }

            Span<byte> hash = stackalloc byte[MD5.HashSizeInBytes];
            MD5.HashData(input[..length], hash);
            return BinaryPrimitives.ReadUInt64BigEndian(hash);
        }
        finally
        {
            if (rented is not null)
            {
                ArrayPool<byte>.Shared.Return(rented);
            }
        }
    }

    /// <summary><see cref="WriteSelfDelimiting"/>, with false for a destination that is too short.</summary>
    internal static bool TryWriteSelfDelimiting(AttributeValue part, Span<byte> destination, out int bytesWritten)
    {
        if (part.Type == AttributeType.N)
        {
            return TryWriteNumber(part.Number, ordered: false, destination, out bytesWritten);
        }

        ulong length = (ulong)(part.Type == AttributeType.S ? AttributeValue.Utf8Length(part.String) : part.Binary.Length);
        bytesWritten = 0;
        int headBytes = CborHead.Length(length);
        if (destination.Length < headBytes || !TryWriteRaw(part, destination[headBytes..], out int rawBytes))
        {
            return false;
        }

        CborHead.Write(part.Type == AttributeType.S ? CborHead.Text : CborHead.Binary, length, destination);
        bytesWritten = headBytes + rawBytes;
        return true;
    }

    /// <summary><see cref="WriteOrdered"/>, with false for a destination that is too short.</summary>
    internal static bool TryWriteOrdered(AttributeValue part, Span<byte> destination, out int bytesWritten) =>
        part.Type == AttributeType.N
            ? TryWriteNumber(part.Number, ordered: true, destination, out bytesWritten)
            : TryWriteRaw(part, destination, out bytesWritten);

    /// <summary>Writes an S or B as it is.</summary>
    internal static bool TryWriteRaw(AttributeValue part, Span<byte> destination, out int bytesWritten)
    {
        switch (part.Type)
        {
            case AttributeType.S:
                return Encoding.UTF8.TryGetBytes(part.String, destination, out bytesWritten);
            case AttributeType.B:
                bytesWritten = part.Binary.Length;
                return part.Binary.Span.TryCopyTo(destination);
            default:
                throw new ArgumentException($"A key is never of type {part.Type}.", nameof(part));
        }
    }

    /// <summary>The S or B that these bytes are.</summary>
    internal static AttributeValue ReadRaw(AttributeType type, ReadOnlySpan<byte> source) => type switch
    {
        AttributeType.B => AttributeValue.FromBinary(source.ToArray()),
        AttributeType.S when Utf8.IsValid(source) => AttributeValue.FromString(Encoding.UTF8.GetString(source)),
        AttributeType.S => throw new FormatException("A key of type S is not UTF-8."),
        _ => throw new ArgumentException($"A key is never of type {type}.", nameof(type)),
    };

    private static bool TryWriteNumber(Number number, bool ordered, Span<byte> destination, out int bytesWritten)
    {
        if (destination.Length >= MaxNumberBytes)
        {
            bytesWritten = ordered ? LexDecimal.Write(number, destination) : CborNumber.Write(number, destination);
            return true;
        }

        Span<byte> scratch = stackalloc byte[MaxNumberBytes];
        bytesWritten = ordered ? LexDecimal.Write(number, scratch) : CborNumber.Write(number, scratch);
        return scratch[..bytesWritten].TryCopyTo(destination);
    }

    private static ArgumentException TooShort() => new("The destination is too short.", "destination");
}
