using System.Buffers;

namespace DaxProxy.Tests.Wire.Dax;

/// <summary>Bytes in pieces, as a socket delivers them.</summary>
internal sealed class Segments : ReadOnlySequenceSegment<byte>
{
    private Segments(ReadOnlyMemory<byte> memory, long runningIndex)
    {
        Memory = memory;
        RunningIndex = runningIndex;
    }

    /// <summary>The bytes, cut into pieces of this length.</summary>
    public static ReadOnlySequence<byte> Cut(ReadOnlyMemory<byte> bytes, int length)
    {
        Segments first = new(bytes[..Math.Min(length, bytes.Length)], 0);
        Segments last = first;
        for (int at = first.Memory.Length; at < bytes.Length; at += length)
        {
            Segments next = new(bytes.Slice(at, Math.Min(length, bytes.Length - at)), at);
            last.Next = next;
            last = next;
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }
}
