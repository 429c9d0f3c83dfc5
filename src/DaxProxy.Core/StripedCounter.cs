using System.Runtime.CompilerServices;

namespace DaxProxy.Core;

/// <summary>A counter that many processors increment at once: a cell for each, in cache lines of their own.</summary>
/// <remarks>
/// Thread-safe, without locks; counting takes one interlocked increment that nearly always finds its line at home, where a shared one
/// would have to fetch it from another processor. The sum may miss what is being counted at the moment. 128 bytes a processor, at most 32.
/// </remarks>
public sealed class StripedCounter
{
    private const int CellLongs = 16;

    private readonly long[] cells = new long[(Stripes + 1) * CellLongs];

    /// <summary>How many cells there are: a power of two.</summary>
    public static int Stripes { get; } =
        (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Min(Environment.ProcessorCount, 32));

    /// <summary>The cell of the processor that this thread runs on now.</summary>
    public static int CurrentStripe
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Thread.GetCurrentProcessorId() & (Stripes - 1);
    }

    /// <summary>All that was counted so far.</summary>
    public long Sum
    {
        get
        {
            long sum = 0;
            for (int stripe = 0; stripe < Stripes; stripe++)
            {
                sum += Volatile.Read(ref CellOf(stripe));
            }

            return sum;
        }
    }

    /// <summary>Counts one in a stripe; returns what that stripe has counted, this one included.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long Increment(int stripe) => Interlocked.Increment(ref CellOf(stripe));

    /// <summary>Counts one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Increment() => Increment(CurrentStripe);

    /// <summary>The first cell stands apart from the array's head, which every reader of its length touches.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref long CellOf(int stripe) => ref cells[(stripe + 1) * CellLongs];
}
