using System.Runtime.CompilerServices;
using DaxProxy.Core.Tables;

namespace DaxProxy.Core.Caching.Queries;

/// <summary>Where in a partition a write landed: the beginning of a sort key, or anywhere.</summary>
/// <remarks>Of fixed size, so that the memory of fences does not depend on what is written.</remarks>
internal struct WritePosition
{
    private const int MaxBytes = 30;
    private const byte Anywhere = byte.MaxValue;

    private Prefix prefix;
    private byte length;
    private bool isCut;

    /// <summary>A write that concerns all of a partition, or of which no more than the partition is known.</summary>
    public static WritePosition Unknown { get; } = new() { length = Anywhere };

    /// <summary>A write at a sort key, in the encoding of <see cref="KeyLayout"/>.</summary>
    public static WritePosition At(ReadOnlySpan<byte> sortKey)
    {
        WritePosition position = default;
        position.isCut = sortKey.Length > MaxBytes;
        position.length = (byte)Math.Min(sortKey.Length, MaxBytes);
        sortKey[..position.length].CopyTo(position.prefix);
        return position;
    }

    /// <summary>Whether the write may have landed among these sort keys; says yes where it cannot tell.</summary>
    public readonly bool MayLieIn(SortKeyRange range)
    {
        if (length == Anywhere)
        {
            return true;
        }

        ReadOnlySpan<byte> key = ((ReadOnlySpan<byte>)prefix)[..length];
        return !IsBelow(key, range.First) && !IsBehind(key, range.End);
    }

    /// <summary>Whether every key that begins like this is smaller than the first.</summary>
    private readonly bool IsBelow(ReadOnlySpan<byte> key, ReadOnlySpan<byte> first) =>
        key.SequenceCompareTo(isCut && first.Length > key.Length ? first[..key.Length] : first) < 0;

    /// <summary>Whether every key that begins like this has reached the end.</summary>
    private readonly bool IsBehind(ReadOnlySpan<byte> key, byte[]? end)
    {
        if (end is null)
        {
            return false;
        }

        return isCut && end.Length > key.Length ? key.SequenceCompareTo(end.AsSpan(0, key.Length)) > 0 : key.SequenceCompareTo(end) >= 0;
    }

    [InlineArray(MaxBytes)]
    private struct Prefix
    {
        private byte first;
    }
}
