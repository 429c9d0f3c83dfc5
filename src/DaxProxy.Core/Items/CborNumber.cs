using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;

namespace DaxProxy.Core.Items;

/// <summary>Numbers in CBOR, as DAX clients and clusters exchange them.</summary>
/// <remarks>
/// We write one encoding per value: an integer that fits an <see cref="long"/> as <c>int</c>; others of up to 38 digits as <c>2(bytes)</c>
/// or <c>3(bytes)</c>; the rest as <c>4([exponent, mantissa])</c>, the mantissa without trailing zeros and a byte string when beyond 2^53 −
/// 1, as the JavaScript client writes it. Never a float, which the Go client cannot read. We read all that the clients write for a number:
/// any of these not in its shortest form too, and floats, which stand for the shortest decimal that becomes the same float. Source: the
/// clients' encoders; RFC 8949, sections 3.4.3 and 3.4.4.
/// </remarks>
internal static class CborNumber
{
    /// <summary>The longest encoding we write: 4([-130, 2(16 bytes)]) takes 22 bytes.</summary>
    public const int MaxBytes = 24;

    private const int BignumTag = 2;
    private const int NegativeBignumTag = 3;
    private const int DecimalTag = 4;
    private const ulong MaxPlainMantissa = (1UL << 53) - 1;

    /// <summary>A bignum of more bytes is beyond 10^126 even with an exponent of −200; nothing of that length gets computed with.</summary>
    private const int MaxBignumBytes = 160;

    /// <summary>Writes the encoding and returns its length.</summary>
    public static int Write(Number number, Span<byte> destination)
    {
        if (number.Exponent >= 0 && number.Magnitude <= Number.MaxDigits)
        {
            return WriteInteger(number.IsNegative, number.Coefficient * PowersOfTen.Get(number.Exponent), long.MaxValue, destination);
        }

        int length = CborHead.Write(CborHead.Tag, DecimalTag, destination);
        length += CborHead.Write(CborHead.Array, 2, destination[length..]);
        UInt128 exponent = (UInt128)Math.Abs(number.Exponent);
        length += WriteInteger(number.Exponent < 0, exponent, long.MaxValue, destination[length..]);
        return length + WriteInteger(number.IsNegative, number.Coefficient, MaxPlainMantissa, destination[length..]);
    }

    /// <summary>
    /// Reads the number at the beginning of the source. A fault means that it is well formed but no DynamoDB number;
    /// <see cref="FormatException"/> that it is no CBOR number.
    /// </summary>
    public static NumberFault Read(ReadOnlySpan<byte> source, out int bytesRead, out Number number)
    {
        CborHead head = CborHead.Read(source);
        bytesRead = head.Bytes;
        switch (head)
        {
            case { Major: CborHead.Unsigned or CborHead.Negative }:
            case { Major: CborHead.Tag, Argument: BignumTag or NegativeBignumTag }:
                return ReadScaled(source, 0, out bytesRead, out number);
            case { Major: CborHead.Tag, Argument: DecimalTag }:
                return ReadDecimal(source, ref bytesRead, out number);
            case { Major: CborHead.Simple, Info: >= 25 and <= 27 }:
                return FromFloat(head, out number);
            default:
                throw new FormatException("Not a number in CBOR.");
        }
    }

    private static int WriteInteger(bool negative, UInt128 magnitude, ulong maxPlain, Span<byte> destination)
    {
        // CBOR's negative integers and bignums hold −1 − n.
        UInt128 argument = negative ? magnitude - 1 : magnitude;
        if ((maxPlain == MaxPlainMantissa ? magnitude : argument) <= maxPlain)
        {
            return CborHead.Write(negative ? CborHead.Negative : CborHead.Unsigned, (ulong)argument, destination);
        }

        int width = 16 - ((int)UInt128.LeadingZeroCount(argument) / 8);
        int length = CborHead.Write(CborHead.Tag, negative ? NegativeBignumTag : (ulong)BignumTag, destination);
        length += CborHead.Write(CborHead.Binary, (ulong)width, destination[length..]);
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, argument);
        bytes[^width..].CopyTo(destination[length..]);
        return length + width;
    }

    private static NumberFault ReadDecimal(ReadOnlySpan<byte> source, ref int bytesRead, out Number number)
    {
        CborHead array = CborHead.Read(source[bytesRead..]);
        bytesRead += array.Bytes;
        CborHead exponent = CborHead.Read(source[bytesRead..]);
        bytesRead += exponent.Bytes;
        if (array is not { Major: CborHead.Array, Argument: 2 } || exponent.Major is not (CborHead.Unsigned or CborHead.Negative))
        {
            throw new FormatException("Not a decimal fraction in CBOR.");
        }

        long cut = (long)Math.Min(exponent.Argument, int.MaxValue);
        long scale = exponent.Major == CborHead.Negative ? -1 - cut : cut;
        NumberFault fault = ReadScaled(source[bytesRead..], scale, out int mantissaBytes, out number);
        bytesRead += mantissaBytes;
        return fault;
    }

    /// <summary>An int or a bignum times a power of ten.</summary>
    private static NumberFault ReadScaled(ReadOnlySpan<byte> source, long exponent, out int bytesRead, out Number number)
    {
        CborHead head = CborHead.Read(source);
        bytesRead = head.Bytes;
        if (head.Major is CborHead.Unsigned or CborHead.Negative)
        {
            bool below = head.Major == CborHead.Negative;
            return NumberParser.FromScaled(below, (UInt128)head.Argument + (below ? 1u : 0), exponent, out number);
        }

        if (head is not { Major: CborHead.Tag, Argument: BignumTag or NegativeBignumTag })
        {
            throw new FormatException("Not an integer in CBOR.");
        }

        CborHead content = CborHead.Read(source[bytesRead..]);
        bytesRead += content.Bytes;
        if (content.Major != CborHead.Binary || content.Argument > (ulong)(source.Length - bytesRead))
        {
            throw new FormatException("Not a bignum in CBOR.");
        }

        ReadOnlySpan<byte> bytes = source.Slice(bytesRead, (int)content.Argument);
        bytesRead += bytes.Length;
        return FromBignum(bytes.TrimStart((byte)0), head.Argument == NegativeBignumTag, exponent, out number);
    }

    private static NumberFault FromBignum(ReadOnlySpan<byte> bytes, bool negative, long exponent, out Number number)
    {
        // One bit below 128, so that the one to add for −1 − n has room.
        if (bytes.Length < 16 || (bytes.Length == 16 && bytes[0] < 0x80))
        {
            Span<byte> wide = stackalloc byte[16];
            wide.Clear();
            bytes.CopyTo(wide[^bytes.Length..]);
            UInt128 magnitude = BinaryPrimitives.ReadUInt128BigEndian(wide) + (negative ? 1u : 0);
            return NumberParser.FromScaled(negative, magnitude, exponent, out number);
        }

        number = default;
        if (bytes.Length > MaxBignumBytes)
        {
            return exponent > -200 ? NumberFault.Overflow : NumberFault.TooManyDigits;
        }

        BigInteger big = new BigInteger(bytes, isUnsigned: true, isBigEndian: true) + (negative ? BigInteger.One : BigInteger.Zero);
        string text = string.Create(CultureInfo.InvariantCulture, $"{(negative ? "-" : "")}{big:D}E{exponent}");
        return Number.TryParse(text, out number);
    }

    private static NumberFault FromFloat(CborHead head, out Number number)
    {
        Span<byte> text = stackalloc byte[40];
        int length;
        switch (head.Info)
        {
            case 25:
                BitConverter.UInt16BitsToHalf((ushort)head.Argument).TryFormat(text, out length, "R", CultureInfo.InvariantCulture);
                break;
            case 26:
                BitConverter.UInt32BitsToSingle((uint)head.Argument).TryFormat(text, out length, "R", CultureInfo.InvariantCulture);
                break;
            default:
                BitConverter.UInt64BitsToDouble(head.Argument).TryFormat(text, out length, "R", CultureInfo.InvariantCulture);
                break;
        }

        return Number.TryParse(text[..length], out number);
    }
}
