namespace DaxProxy.Core.Tables;

/// <summary>
/// The sort keys of one partition from a first one (inclusive) to an end (exclusive), as bytes in <see cref="KeyLayout"/>'s order.
/// </summary>
/// <param name="First">Smallest sort key; empty for the start of the partition.</param>
/// <param name="End">First sort key that is too large; null for the end of the partition.</param>
public sealed record SortKeyRange(byte[] First, byte[]? End)
{
    /// <summary>The whole partition.</summary>
    public static SortKeyRange All { get; } = new([], null);

    /// <summary>One sort key.</summary>
    public static SortKeyRange Only(ReadOnlySpan<byte> key) => new(key.ToArray(), After(key));

    /// <summary>All sort keys that begin with these bytes.</summary>
    public static SortKeyRange BeginningWith(ReadOnlySpan<byte> prefix) =>
        prefix.IsEmpty ? All : new(prefix.ToArray(), AfterPrefix(prefix));

    /// <summary>Whether a sort key is in the range.</summary>
    public bool Contains(ReadOnlySpan<byte> key) => key.SequenceCompareTo(First) >= 0 && (End is null || key.SequenceCompareTo(End) < 0);

    /// <summary>The key that follows directly in byte order.</summary>
    public static byte[] After(ReadOnlySpan<byte> key) => [.. key, 0];

    /// <summary>The first key behind all that begin with these bytes; null where there is none.</summary>
    public static byte[]? AfterPrefix(ReadOnlySpan<byte> prefix)
    {
        int last = prefix.LastIndexOfAnyExcept((byte)0xFF);
        if (last < 0)
        {
            return null;
        }

        byte[] end = prefix[..(last + 1)].ToArray();
        end[last]++;
        return end;
    }
}
