using System.Runtime.InteropServices;

namespace DaxProxy.Core.Caching.Core;

/// <summary>A keyed hash: folded multiplication, eight bytes at a time. Without the key, an attacker cannot aim at a value.</summary>
internal static class KeyedHash
{
    /// <summary>The hash of these bytes under a secret key.</summary>
    public static ulong Of(ulong key, ReadOnlySpan<byte> data)
    {
        const ulong Odd = 0x9E3779B97F4A7C15, Other = 0xD6E8FEB86659FD93;
        ulong hash = key ^ ((ulong)data.Length * Odd);
        while (data.Length >= sizeof(ulong))
        {
            hash = Fold(hash ^ MemoryMarshal.Read<ulong>(data), Odd);
            data = data[sizeof(ulong)..];
        }

        ulong rest = 0;
        foreach (byte b in data)
        {
            rest = (rest << 8) | b;
        }

        return Fold(Fold(hash ^ rest, Odd) ^ key, Other);
    }

    private static ulong Fold(ulong left, ulong right) => Math.BigMul(left, right, out ulong low) ^ low;
}
