using System.Buffers;

namespace DaxProxy.Frontends.Http;

/// <summary>A growing run of bytes in an array of the shared pool. For one thread; its owner disposes it, which returns the array.</summary>
public sealed class PooledBuffer : IBufferWriter<byte>, IDisposable
{
    private const int FirstBytes = 1024;

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
        Return(array);
        array = [];
        length = 0;
    }

    private void Reserve(int sizeHint)
    {
        int needed = checked(length + Math.Max(sizeHint, 1));
        if (needed > array.Length)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(Math.Max(needed, FirstBytes), (int)Math.Min(array.Length * 2L, Array.MaxLength)));
            WrittenSpan.CopyTo(larger);
            Return(array);
            array = larger;
        }
    }

    private static void Return(byte[] array)
    {
        if (array.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(array);
        }
    }
}
