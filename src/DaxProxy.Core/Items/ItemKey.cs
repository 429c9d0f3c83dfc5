namespace DaxProxy.Core.Items;

/// <summary>Identity of an item inside its table: the DAX key encoding of the normalised key attributes.</summary>
/// <remarks>
/// A partition key alone is raw UTF-8 (S), raw bytes (B) or a CBOR number (N); one that a sort key follows is a CBOR data item, and
/// the sort key fills the rest in the encoding that orders by bytes (<see cref="KeyEncoding"/>). So one key has one encoding, keys of one
/// partition share their beginning, and byte order inside a partition is DynamoDB's. Bytes from a client are only a key after decoding and
/// encoding: clients spell numbers differently. Immutable and thread-safe as long as the array is not changed; the default is the empty
/// key, which no item has. Source: the key encoders of the DAX clients.
/// </remarks>
public readonly struct ItemKey : IEquatable<ItemKey>
{
    /// <summary>The key of these encoded bytes, which are not copied and must not be changed afterwards.</summary>
    public ItemKey(byte[] bytes) => Bytes = bytes;

    /// <summary>The encoding.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>
    /// The key of an item, or of a set of key attributes, which has passed its checks; a missing or oversized one throws.
    /// </summary>
    public static ItemKey Of(KeySchema schema, AttributeMap attributes)
    {
        if (attributes.TryGetKey(schema, out ItemKey known))
        {
            return known;
        }

        AttributeValue? range = schema.RangeName is null ? null : attributes[schema.RangeName];
        Span<byte> bytes = stackalloc byte[KeyEncoding.UsualKeyBytes];
        ItemKey key = TryWrite(schema, attributes[schema.HashName], range, bytes, out int length)
            ? new ItemKey(bytes[..length].ToArray())
            : OfLong(schema, attributes[schema.HashName], range);
        attributes.KeepKey(schema, key);
        return key;
    }

    /// <summary>
    /// Writes the key made of these values without allocating. False if the destination is too short, which one of
    /// <see cref="KeyEncoding.MaxKeyBytes"/> is only for keys beyond DynamoDB's limits. Values that do not fit the schema throw
    /// <see cref="ArgumentException"/>.
    /// </summary>
    public static bool TryWrite(KeySchema schema, AttributeValue hash, AttributeValue? range, Span<byte> destination, out int bytesWritten)
    {
        if (hash.Type != schema.HashType || (range is null) == schema.HasRange || (range is not null && range.Type != schema.RangeType))
        {
            throw new ArgumentException("The key does not match the schema.", nameof(hash));
        }

        if (range is null)
        {
            return hash.Type == AttributeType.N
                ? KeyEncoding.TryWriteSelfDelimiting(hash, destination, out bytesWritten)
                : KeyEncoding.TryWriteRaw(hash, destination, out bytesWritten);
        }

        bytesWritten = 0;
        if (!KeyEncoding.TryWriteSelfDelimiting(hash, destination, out int hashBytes)
            || !KeyEncoding.TryWriteOrdered(range, destination[hashBytes..], out int rangeBytes))
        {
            return false;
        }

        bytesWritten = hashBytes + rangeBytes;
        return true;
    }

    /// <summary>
    /// The key attributes, partition key first. <see cref="FormatException"/> if the bytes are no key of this schema; what DAX clients send
    /// for one may be read with this, too.
    /// </summary>
    public AttributeMap Decode(KeySchema schema)
    {
        ReadOnlySpan<byte> bytes = Bytes.Span;
        if (schema.RangeName is null && schema.HashType != AttributeType.N)
        {
            return new() { [schema.HashName] = KeyEncoding.ReadRaw(schema.HashType, bytes) };
        }

        AttributeMap attributes = new() { [schema.HashName] = KeyEncoding.ReadSelfDelimiting(schema.HashType, bytes, out int hashBytes) };
        if (schema.RangeName is not null)
        {
            attributes.Add(schema.RangeName, KeyEncoding.ReadOrdered(schema.RangeType, bytes[hashBytes..]));
        }
        else if (hashBytes != bytes.Length)
        {
            throw new FormatException("Bytes are left behind the partition key.");
        }

        return attributes;
    }

    /// <inheritdoc/>
    public bool Equals(ItemKey other) => Bytes.Span.SequenceEqual(other.Bytes.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ItemKey other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.AddBytes(Bytes.Span);
        return hash.ToHashCode();
    }

    private static ItemKey OfLong(KeySchema schema, AttributeValue hash, AttributeValue? range)
    {
        Span<byte> bytes = stackalloc byte[KeyEncoding.MaxKeyBytes];
        return TryWrite(schema, hash, range, bytes, out int length)
            ? new ItemKey(bytes[..length].ToArray())
            : throw new ArgumentException("The key is longer than a key may be.", nameof(hash));
    }
}
