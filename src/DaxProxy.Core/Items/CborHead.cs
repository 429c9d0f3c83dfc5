using System.Buffers.Binary;
using System.Numerics;

namespace DaxProxy.Core.Items;

/// <summary>The initial byte of a CBOR data item and the argument behind it (RFC 8949, section 3), definite lengths only.</summary>
/// <param name="Major">Major type, 0 … 7.</param>
/// <param name="Info">Additional information, 0 … 27: for major type 7 it tells the width of a float.</param>
/// <param name="Argument">Value, length, count, tag or the bits of a float.</param>
/// <param name="Bytes">Length of all this: 1, 2, 3, 5 or 9.</param>
public readonly record struct CborHead(int Major, int Info, ulong Argument, int Bytes)
{
    /// <summary>Major type of integers from 0 on.</summary>
    public const int Unsigned = 0;

    /// <summary>Major type of integers below 0.</summary>
    public const int Negative = 1;

    /// <summary>Major type of strings of bytes.</summary>
    public const int Binary = 2;

    /// <summary>Major type of texts.</summary>
    public const int Text = 3;

    /// <summary>Major type of arrays.</summary>
    public const int Array = 4;

    /// <summary>Major type of tags.</summary>
    public const int Tag = 6;

    /// <summary>Major type of floats, true, false and null.</summary>
    public const int Simple = 7;

    /// <summary>Length of the shortest head with this argument.</summary>
    public static int Length(ulong argument) => argument switch
    {
        < 24 => 1,
        <= byte.MaxValue => 2,
        <= ushort.MaxValue => 3,
        <= uint.MaxValue => 5,
        _ => 9,
    };

    /// <summary>Writes the shortest head and returns its length.</summary>
    public static int Write(int major, ulong argument, Span<byte> destination)
    {
        int length = Length(argument);
        int width = length - 1;
        destination[0] = (byte)((major << 5) | (width == 0 ? (int)argument : 24 + BitOperations.Log2((uint)width)));
        switch (width)
        {
            case 1: destination[1] = (byte)argument; break;
            case 2: BinaryPrimitives.WriteUInt16BigEndian(destination[1..], (ushort)argument); break;
            case 4: BinaryPrimitives.WriteUInt32BigEndian(destination[1..], (uint)argument); break;
            case 8: BinaryPrimitives.WriteUInt64BigEndian(destination[1..], argument); break;
            default: break;
        }

        return length;
    }

    /// <summary>Reads a head of any width; <see cref="FormatException"/> if it is cut short, indefinite or reserved.</summary>
    public static CborHead Read(ReadOnlySpan<byte> source)
    {
        int info = source.IsEmpty ? 31 : source[0] & 0x1f;
        int width = info < 24 ? 0 : 1 << (info - 24);
        if (info > 27 || source.Length <= width)
        {
            throw new FormatException("Not the beginning of a CBOR data item of definite length.");
        }

        ulong argument = width switch
        {
            0 => (ulong)info,
            1 => source[1],
            2 => BinaryPrimitives.ReadUInt16BigEndian(source[1..]),
            4 => BinaryPrimitives.ReadUInt32BigEndian(source[1..]),
            _ => BinaryPrimitives.ReadUInt64BigEndian(source[1..]),
        };
        return new(source[0] >> 5, info, argument, 1 + width);
    }
}
