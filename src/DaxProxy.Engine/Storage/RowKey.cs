using DaxProxy.Core.Items;

namespace DaxProxy.Engine.Storage;

/// <summary>Where a row lies: the hash of its partition and its encoded key.</summary>
/// <param name="Hash">The <c>hash</c> column.</param>
/// <param name="Key">The <c>key</c> column.</param>
internal readonly record struct RowKey(long Hash, byte[] Key) : IComparable<RowKey>
{
    /// <summary>Where an item lies whose key attributes have been checked.</summary>
    public static RowKey Of(KeySchema schema, AttributeMap attributes) =>
        new(HashColumn(attributes[schema.HashName]), ItemKey.Of(schema, attributes).Bytes.ToArray());

    /// <summary>The <c>hash</c> column of a partition key. The flipped top bit makes signed order the order of hashes.</summary>
    public static long HashColumn(AttributeValue partitionKey) => ToColumn(KeyEncoding.HashPrefix(partitionKey));

    /// <summary>Whether both lie at the same place; the arrays that hold the keys may be different.</summary>
    public bool Equals(RowKey other) => Hash == other.Hash && Key.AsSpan().SequenceEqual(other.Key);

    /// <inheritdoc/>
    public override int GetHashCode() => Hash.GetHashCode();

    /// <summary>The order of rows in their tree.</summary>
    public int CompareTo(RowKey other)
    {
        int hashes = Hash.CompareTo(other.Hash);
        return hashes != 0 ? hashes : Key.AsSpan().SequenceCompareTo(other.Key);
    }

    /// <summary>A 64-bit hash as the column holds it.</summary>
    public static long ToColumn(ulong hash) => unchecked((long)(hash ^ 0x8000_0000_0000_0000));
}
