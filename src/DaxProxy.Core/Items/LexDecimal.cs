using System.Buffers.Binary;

namespace DaxProxy.Core.Items;

/// <summary>The DAX encoding of a number that is a sort key: it sorts by value, and needs no length as it ends the key.</summary>
/// <remarks>
/// <c>header digits terminator</c>; zero is <c>80</c> alone. The value is ± 0.d₁d₂… · 10^exp. The header is one byte for −62 ≤ exp ≤ 61,
/// <c>c0 + exp</c> or <c>3f − exp</c>, else a marker and exp as four bytes with the sign bit turned. The digits go in groups of three, each
/// a 10-bit value (12 + g; 1011 − g when negative), the last one filled with zeros; the terminator (t; 1023 − t) tells how many: 2 − t.
/// Bits run from the most significant; the last byte is filled with zeros. We write integers with all their digits and fractions without
/// trailing zeros: one encoding per value, and the spelling that DAX clients turn back into plain digits. They may spell otherwise
/// (<c>10.0</c>, <c>1E1</c>), which is read. Source: the LexDecimal classes of the DAX clients.
/// </remarks>
internal static class LexDecimal
{
    /// <summary>The longest encoding we write: a header of 5 bytes, 126 digits and the terminator.</summary>
    public const int MaxBytes = 5 + ((((Number.MaxMagnitude / 3) + 1) * 10) + 7) / 8;

    private const byte Zero = 0x80;
    private const byte NegativeZero = 0x7f;
    private const byte PositiveLarge = 0xfe;
    private const byte PositiveSmall = 0x81;
    private const byte NegativeLarge = 0x01;
    private const byte NegativeSmall = 0x7e;
    private const int MinShort = -62;
    private const int MaxShort = 61;
    private const int GroupOffset = 12;
    private const int MaxGroup = 1023;

    /// <summary>Writes the encoding and returns its length.</summary>
    public static int Write(Number number, Span<byte> destination)
    {
        if (number.IsZero)
        {
            destination[0] = Zero;
            return 1;
        }

        int precision = number.Digits + Math.Max(0, number.Exponent);
        Span<byte> ascii = stackalloc byte[Number.MaxMagnitude + 2];
        ascii[..(precision + 2)].Fill((byte)'0');
        number.WriteDigits(ascii);

        int length = WriteHeader(number.Magnitude, number.IsNegative, destination);
        int flip = number.IsNegative ? MaxGroup : 0;
        uint bits = 0;
        int held = 0;
        for (int i = 0; i <= precision + 2; i += 3)
        {
            // Behind the last group, one more round for the terminator.
            int value = i < precision
                ? GroupOffset + ((ascii[i] - '0') * 100) + ((ascii[i + 1] - '0') * 10) + ascii[i + 2] - '0'
                : (precision + 2) % 3;
            bits = (bits << 10) | (uint)(value ^ flip);
            for (held += 10; held >= 8; held -= 8)
            {
                destination[length++] = (byte)(bits >> (held - 8));
            }
        }

        if (held > 0)
        {
            destination[length++] = (byte)(bits << (8 - held));
        }

        return length;
    }

    /// <summary>Reads an encoding, normal or not, that fills the source; <see cref="FormatException"/> if it is none of a number.</summary>
    public static Number Read(ReadOnlySpan<byte> source)
    {
        if (source is [Zero] or [NegativeZero])
        {
            return default;
        }

        int at = ReadHeader(source, out int exponent, out bool negative);
        int flip = negative ? MaxGroup : 0;
        DigitAccumulator digits = default;
        int precision = 0;
        uint bits = 0;
        int held = 0;
        while (true)
        {
            for (; held < 10; held += 8)
            {
                bits = (bits << 8) | (at < source.Length ? source[at++] : throw Malformed());
            }

            held -= 10;
            int value = (int)((bits >> held) & MaxGroup) ^ flip;
            if (value < 3)
            {
                precision -= precision == 0 ? throw Malformed() : 2 - value;
                break;
            }

            int group = value - GroupOffset;
            if (group is < 0 or > 999)
            {
                throw Malformed();
            }

            digits.Push((uint)group / 100);
            digits.Push((uint)group / 10 % 10);
            digits.Push((uint)group % 10);
            precision += 3;
        }

        if (at != source.Length || (bits & ((1u << held) - 1)) != 0)
        {
            throw Malformed();
        }

        // The zeros that filled the last group were pushed like digits: count the exponent from behind them.
        long last = (long)exponent - ((precision + 2) / 3 * 3);
        return NumberParser.Finish(negative, in digits, last, out Number number) == NumberFault.None ? number : throw Malformed();
    }

    private static int WriteHeader(int exponent, bool negative, Span<byte> destination)
    {
        if (exponent is >= MinShort and <= MaxShort)
        {
            destination[0] = (byte)(negative ? 0x3f - exponent : 0xc0 + exponent);
            return 1;
        }

        bool large = exponent > 0;
        destination[0] = negative ? (large ? NegativeLarge : NegativeSmall) : (large ? PositiveLarge : PositiveSmall);
        BinaryPrimitives.WriteInt32BigEndian(destination[1..], exponent ^ (negative ? int.MaxValue : int.MinValue));
        return 5;
    }

    private static int ReadHeader(ReadOnlySpan<byte> source, out int exponent, out bool negative)
    {
        if (source.IsEmpty || source[0] is 0x00 or NegativeZero or Zero or 0xff)
        {
            throw Malformed();
        }

        negative = source[0] < NegativeZero;
        if (source[0] is not (PositiveLarge or PositiveSmall or NegativeLarge or NegativeSmall))
        {
            exponent = negative ? 0x3f - source[0] : source[0] - 0xc0;
            return 1;
        }

        if (source.Length < 5)
        {
            throw Malformed();
        }

        exponent = BinaryPrimitives.ReadInt32BigEndian(source[1..]) ^ (negative ? int.MaxValue : int.MinValue);
        return 5;
    }

    private static FormatException Malformed() => new("Not the encoding of a number in a sort key.");
}
