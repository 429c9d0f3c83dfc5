using System.Runtime.InteropServices;

namespace DaxProxy.Core;

/// <summary>Numbers that nobody can guess, for what is spread or named at random in each process.</summary>
/// <remarks>
/// From the system's generator by way of a <see cref="Guid"/>: the framework's generator of keys would load the cryptographic library,
/// which takes ten milliseconds of the start and five megabytes, and is otherwise not needed before somebody signs.
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
