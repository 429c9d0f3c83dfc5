namespace DaxProxy.Engine.Queries;

/// <summary>The keys a query reads: one partition, from a first key (inclusive) to an end (exclusive), in byte order.</summary>
/// <param name="Hash">The <c>hash</c> column of the partition.</param>
/// <param name="First">Smallest key.</param>
/// <param name="End">First key that is too large.</param>
internal sealed record KeyRange(long Hash, byte[] First, byte[] End)
{
    /// <summary>Whether a key lies in the range.</summary>
    public bool Contains(ReadOnlySpan<byte> key) => key.SequenceCompareTo(First) >= 0 && key.SequenceCompareTo(End) < 0;

    /// <summary>The key that follows directly in byte order.</summary>
    public static byte[] After(ReadOnlySpan<byte> key) => [.. key, 0];

    /// <summary>The first key behind all that begin with these bytes, at least one of which is below FF.</summary>
    public static byte[] AfterPrefix(ReadOnlySpan<byte> prefix)
    {
        int last = prefix.LastIndexOfAnyExcept((byte)0xFF);
        byte[] end = prefix[..(last + 1)].ToArray();
        end[last]++;
        return end;
    }
}
