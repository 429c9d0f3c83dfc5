using System.Buffers;
using DaxProxy.Memory;

namespace DaxProxy.Frontends;

/// <summary>A growing run of bytes in a rented array. For one thread; its owner disposes it, which returns the array.</summary>
internal sealed class PooledBuffer : IBufferWriter<byte>, IDisposable
{
    private const int FirstBytes = 1024;

    /// <summary>What is longer than this does not get twice the room but so much more: both are there while one is copied.</summary>
    private const int LargestStep = 4 << 20;

    private byte[] array = [];
    private int length;

    /// <summary>What was written; valid until the next write or the disposal.</summary>
    public ReadOnlySpan<byte> WrittenSpan => array.AsSpan(0, length);

    /// <inheritdoc cref="WrittenSpan"/>
    public ReadOnlyMemory<byte> WrittenMemory => array.AsMemory(0, length);

    /// <inheritdoc/>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, array.Length - length);
        length += count;
    }

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return array.AsMemory(length);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return array.AsSpan(length);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        LargeArrays.Shared.Return(array);
        array = [];
        length = 0;
    }

    private void Reserve(int sizeHint)
    {
        int needed = checked(length + Math.Max(sizeHint, 1));
        if (needed > array.Length)
        {
            byte[] larger = LargeArrays.Shared.Rent(
                Math.Max(Math.Max(needed, FirstBytes), checked(array.Length + Math.Min(array.Length, LargestStep))));
            WrittenSpan.CopyTo(larger);
            LargeArrays.Shared.Return(array);
            array = larger;
        }
    }
}
