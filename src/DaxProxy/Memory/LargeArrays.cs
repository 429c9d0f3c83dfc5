using System.Buffers;

namespace DaxProxy.Memory;

/// <summary>
/// Arrays to read and render into. Small ones come from the shared pool, which would keep one of each size for every thread that ever had
/// one. So large ones are kept here: up to a limit, and none that has not been used for a while.
/// </summary>
/// <remarks>Thread-safe. What is in a rented array is what was there before; who returns one does not touch it any more.</remarks>
/// <param name="maxKeptBytes">Most bytes that are kept.</param>
/// <param name="time">The clock.</param>
internal sealed class LargeArrays(int maxKeptBytes, TimeProvider time)
{
    /// <summary>The longest array of the shared pool.</summary>
    public const int MaxSmallBytes = 64 * 1024;

    /// <summary>Arrays that were not used for so long, or up to twice as long, are let go.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromSeconds(5);

    /// <summary>Room for one large request and what it outgrew; in little memory for some pages.</summary>
    private const int MaxKeptBytes = 24 << 20, MaxKeptBytesOfLittle = 4 << 20;

    private const int Step = 1 << 20;

    private readonly Lock gate = new();
    private readonly List<Kept> kept = [];
    private ITimer? timer;
    private long keptBytes;
    private int round;

    /// <summary>The ones of this process.</summary>
    public static LargeArrays Shared { get; } = new(Heap.IsLittle ? MaxKeptBytesOfLittle : MaxKeptBytes, TimeProvider.System);

    /// <summary>What is kept now.</summary>
    public long KeptBytes
    {
        get
        {
            lock (gate)
            {
                return keptBytes;
            }
        }
    }

    /// <summary>An array that is at least so long.</summary>
    public byte[] Rent(int minBytes)
    {
        if (minBytes <= MaxSmallBytes)
        {
            return ArrayPool<byte>.Shared.Rent(minBytes);
        }

        lock (gate)
        {
            // The last returned first: it is the likeliest to be near, and the others get to be old.
            for (int index = kept.Count - 1; index >= 0; index--)
            {
                if (kept[index].Array is { } array && array.Length >= minBytes && array.Length / 2 <= minBytes)
                {
                    kept.RemoveAt(index);
                    keptBytes -= array.Length;
                    return array;
                }
            }
        }

        return GC.AllocateUninitializedArray<byte>(Rounded(minBytes));
    }

    /// <summary>Gives an array back.</summary>
    public void Return(byte[] array)
    {
        if (array.Length <= MaxSmallBytes)
        {
            if (array.Length > 0)
            {
                ArrayPool<byte>.Shared.Return(array);
            }

            return;
        }

        lock (gate)
        {
            if (keptBytes + array.Length <= maxKeptBytes)
            {
                kept.Add(new Kept(array, round));
                keptBytes += array.Length;
                timer ??= time.CreateTimer(_ => LetGo(), null, Idle, Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <summary>Lets go what was returned before the round before this one.</summary>
    private void LetGo()
    {
        lock (gate)
        {
            keptBytes -= kept.Where(old => old.Round < round).Sum(old => (long)old.Array.Length);
            kept.RemoveAll(old => old.Round < round);
            round++;
            if (kept.Count > 0)
            {
                timer!.Change(Idle, Timeout.InfiniteTimeSpan);
                return;
            }

            timer!.Dispose();
            timer = null;
        }
    }

    /// <summary>Doubled while it is little, so that many fit one array; then in steps, so that little is wasted.</summary>
    private static int Rounded(int bytes) => bytes <= Step ? (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)bytes)
        : bytes <= Array.MaxLength - Step ? (bytes + Step - 1) / Step * Step
        : bytes;

    private readonly record struct Kept(byte[] Array, int Round);
}
