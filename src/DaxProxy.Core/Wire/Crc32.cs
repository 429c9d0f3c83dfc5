using System.Buffers.Binary;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Arm = System.Runtime.Intrinsics.Arm;

namespace DaxProxy.Core.Wire;

/// <summary>The CRC-32 of IEEE 802.3 (polynomial 04C11DB7, reflected), which <c>x-amz-crc32</c> carries.</summary>
/// <remarks>
/// Pure functions; thread-safe. On x64 64 bytes a step are folded by carry-less multiplication, on Arm64 the processor has an instruction,
/// elsewhere eight tables take 8 bytes a step: the check sum of an answer must not cost more than copying it.
/// Source: "Fast CRC Computation for Generic Polynomials Using PCLMULQDQ Instruction", Intel 2009, whose constants these are.
/// </remarks>
public static class Crc32
{
    private const uint Polynomial = 0xedb88320;
    private const int TableCount = 8;
    private const int FoldBytes = 64;

    private static readonly uint[] Tables = BuildTables();

    /// <summary>The CRC of these bytes.</summary>
    public static uint Of(ReadOnlySpan<byte> source) => Append(0, source);

    /// <summary>The CRC of bytes whose CRC is known, followed by these; the CRC of nothing is 0.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> source)
    {
        uint state = ~crc;
        if (Pclmulqdq.IsSupported && source.Length >= FoldBytes)
        {
            int folded = source.Length & ~15;
            state = Fold(state, source[..folded]);
            source = source[folded..];
        }

        return ~(Arm.Crc32.Arm64.IsSupported ? ByInstruction(state, source) : ByTable(state, source));
    }

    /// <summary>The portable way, for any length; takes and returns the CRC's complement.</summary>
    internal static uint ByTable(uint state, ReadOnlySpan<byte> source)
    {
        ReadOnlySpan<uint> tables = Tables;
        for (; source.Length >= sizeof(ulong); source = source[sizeof(ulong)..])
        {
            ulong word = BinaryPrimitives.ReadUInt64LittleEndian(source) ^ state;
            state = tables[(7 << 8) + (byte)word]
                ^ tables[(6 << 8) + (byte)(word >> 8)]
                ^ tables[(5 << 8) + (byte)(word >> 16)]
                ^ tables[(4 << 8) + (byte)(word >> 24)]
                ^ tables[(3 << 8) + (byte)(word >> 32)]
                ^ tables[(2 << 8) + (byte)(word >> 40)]
                ^ tables[(1 << 8) + (byte)(word >> 48)]
                ^ tables[(byte)(word >> 56)];
        }

        foreach (byte value in source)
        {
            state = tables[(byte)(state ^ value)] ^ (state >> 8);
        }

        return state;
    }

    private static uint ByInstruction(uint state, ReadOnlySpan<byte> source)
    {
        for (; source.Length >= sizeof(ulong); source = source[sizeof(ulong)..])
        {
            state = Arm.Crc32.Arm64.ComputeCrc32(state, BinaryPrimitives.ReadUInt64LittleEndian(source));
        }

        foreach (byte value in source)
        {
            state = Arm.Crc32.ComputeCrc32(state, value);
        }

        return state;
    }

    /// <summary>Folds a multiple of 16 bytes, at least 64.</summary>
    private static uint Fold(uint state, ReadOnlySpan<byte> source)
    {
        // 1. Four lanes run side by side, so that the multiplier is never waited for.
        Vector128<ulong> by64 = Vector128.Create(0x1_5444_2bd4UL, 0x1_c6e4_1596UL);
        Vector128<ulong> x0 = Load(source) ^ Vector128.CreateScalar((ulong)state);
        Vector128<ulong> x1 = Load(source[16..]);
        Vector128<ulong> x2 = Load(source[32..]);
        Vector128<ulong> x3 = Load(source[48..]);
        for (source = source[64..]; source.Length >= FoldBytes; source = source[64..])
        {
            x0 = Shift(x0, by64) ^ Load(source);
            x1 = Shift(x1, by64) ^ Load(source[16..]);
            x2 = Shift(x2, by64) ^ Load(source[32..]);
            x3 = Shift(x3, by64) ^ Load(source[48..]);
        }

        // 2. Into one lane, then what is left 16 bytes at a time.
        Vector128<ulong> by16 = Vector128.Create(0x1_7519_97d0UL, 0x0_ccaa_009eUL);
        x0 = Shift(x0, by16) ^ x1;
        x0 = Shift(x0, by16) ^ x2;
        x0 = Shift(x0, by16) ^ x3;
        for (; !source.IsEmpty; source = source[16..])
        {
            x0 = Shift(x0, by16) ^ Load(source);
        }

        // 3. 128 bits to 96, to 64, then Barrett's reduction to 32.
        Vector128<ulong> low32 = Vector128.Create((ulong)uint.MaxValue);
        x0 = Pclmulqdq.CarrylessMultiply(x0, by16, 0x10) ^ Sse2.ShiftRightLogical128BitLane(x0, 8);
        x1 = Sse2.ShiftRightLogical128BitLane(x0, 4);
        x0 = Pclmulqdq.CarrylessMultiply(x0 & low32, Vector128.CreateScalar(0x1_63cd_6124UL), 0x00) ^ x1;
        Vector128<ulong> polynomial = Vector128.Create(0x1_db71_0641UL, 0x1_f701_1641UL);
        x1 = Pclmulqdq.CarrylessMultiply(x0 & low32, polynomial, 0x10);
        x1 = Pclmulqdq.CarrylessMultiply(x1 & low32, polynomial, 0x00);
        return (x0 ^ x1).AsUInt32().GetElement(1);
    }

    private static Vector128<ulong> Load(ReadOnlySpan<byte> source) => Vector128.Create(source).AsUInt64();

    private static Vector128<ulong> Shift(Vector128<ulong> lane, Vector128<ulong> distance) =>
        Pclmulqdq.CarrylessMultiply(lane, distance, 0x00) ^ Pclmulqdq.CarrylessMultiply(lane, distance, 0x11);

    private static uint[] BuildTables()
    {
        uint[] tables = new uint[TableCount << 8];
        for (int i = 0; i < tables.Length; i++)
        {
            uint state = i < 256 ? (uint)i : tables[i - 256];
            if (i >= 256)
            {
                tables[i] = tables[(byte)state] ^ (state >> 8);
                continue;
            }

            for (int bit = 0; bit < 8; bit++)
            {
                state = (state >> 1) ^ ((state & 1) == 0 ? 0 : Polynomial);
            }

            tables[i] = state;
        }

        return tables;
    }
}
