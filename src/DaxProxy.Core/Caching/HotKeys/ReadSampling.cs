using System.Runtime.CompilerServices;

namespace DaxProxy.Core.Caching.HotKeys;

/// <summary>Picks one read in 64 on average, at random distances, so that no rhythm of a client hides a key or favours one.</summary>
/// <remarks>
/// Thread-safe: each thread counts down by itself, so that a read that is not picked takes a subtraction and nothing shared.
/// </remarks>
internal static class ReadSampling
{
    /// <summary>How many reads one that is picked stands for.</summary>
    public const int ReadsPerSample = 64;

    private static readonly double ReadsToLog = 1 / Math.Log(1 - (1.0 / ReadsPerSample));

    [ThreadStatic]
    private static int left;

    [ThreadStatic]
    private static uint state;

    /// <summary>Whether this read is picked.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsPicked() => --left <= 0 && Restart();

    /// <summary>
    /// Draws the next distance as if each read were drawn by itself, so that a thread of few reads has its share too. The first draw of a
    /// thread only begins its count.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool Restart()
    {
        bool isCounted = state != 0;

        // Xorshift. Which reads are picked need not be a secret, only even.
        uint next = isCounted ? state : (uint)Environment.CurrentManagedThreadId * 0x9E3779B9;
        next ^= next << 13;
        next ^= next >> 17;
        next ^= next << 5;
        state = next;
        left = 1 + (int)(Math.Log(next / (double)uint.MaxValue) * ReadsToLog);
        return isCounted;
    }
}
