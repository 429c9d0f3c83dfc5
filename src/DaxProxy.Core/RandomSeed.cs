using System.Runtime.InteropServices;

namespace DaxProxy.Core;

/// <summary>Numbers that cannot be guessed. Each process uses them for what it spreads or names at random.</summary>
/// <remarks>
/// From the system's generator by way of a <see cref="Guid"/>: the framework's generator of keys would load the cryptographic library. That
/// takes ten milliseconds of the start and five megabytes, and the library is otherwise not needed before the first signature.
/// </remarks>
public static class RandomSeed
{
    /// <summary>64 random bits. Thread-safe.</summary>
    public static ulong Next()
    {
        Span<byte> bytes = stackalloc byte[16];
        Guid.NewGuid().TryWriteBytes(bytes);

        // The six bits of a Guid that are not random stand in different places of its halves.
        return MemoryMarshal.Read<ulong>(bytes) ^ MemoryMarshal.Read<ulong>(bytes[sizeof(ulong)..]);
    }
}
