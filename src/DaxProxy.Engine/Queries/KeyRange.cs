using DaxProxy.Core.Tables;

namespace DaxProxy.Engine.Queries;

/// <summary>The keys a query reads: one partition, from a first key (inclusive) to an end (exclusive), in byte order.</summary>
/// <param name="Hash">The <c>hash</c> column of the partition.</param>
/// <param name="First">Smallest key.</param>
/// <param name="End">First key that is too large.</param>
internal sealed record KeyRange(long Hash, byte[] First, byte[] End)
{
    /// <summary>Whether a key lies in the range.</summary>
    public bool Contains(ReadOnlySpan<byte> key) => key.SequenceCompareTo(First) >= 0 && key.SequenceCompareTo(End) < 0;

    /// <summary>The keys of a partition, whose key has these bytes, with these sort keys.</summary>
    public static KeyRange Of(long hash, ReadOnlySpan<byte> partition, SortKeyRange range) => new(
        hash,
        [.. partition, .. range.First],
        range.End is { } end ? [.. partition, .. end] : SortKeyRange.AfterPrefix(partition)!);
}
