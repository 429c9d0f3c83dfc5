using System.Numerics;

namespace DaxProxy.Core.Items;

/// <summary>Reads the spellings of a number that DynamoDB accepts, from characters or UTF-8 bytes.</summary>
/// <remarks>
/// <c>[+-] digits [. digits] [(e|E) [+-] digits]</c> with at least one digit before the exponent, on either side of the point; no blanks.
/// An exponent beyond 64 bits is no number. Range is judged before digits, both on the value; zero, which has no magnitude, is judged by
/// its written exponent less the digits after the point. Source: recorded answers of the service.
/// </remarks>
internal static class NumberParser
{
    private const int MaxZeroExponent = Number.MaxMagnitude - 1;
    private const int MinZeroExponent = Number.MinMagnitude - 1;

    /// <summary>
    /// Exponents are cut to this: far outside the range of numbers, far from overflow when the length of a text is added.
    /// </summary>
    private const long FarExponent = 1L << 40;

    /// <summary>Parses the whole text; the number is zero unless the result is <see cref="NumberFault.None"/>.</summary>
    public static NumberFault TryParse<TChar>(ReadOnlySpan<TChar> text, out Number number)
        where TChar : unmanaged, IBinaryInteger<TChar>
    {
        number = default;
        bool negative = false;
        int start = 0;
        if (!text.IsEmpty && uint.CreateTruncating(text[0]) is '-' or '+')
        {
            negative = uint.CreateTruncating(text[0]) == '-';
            start = 1;
        }

        DigitAccumulator digits = default;
        int point = -1;
        int at = start;
        for (; at < text.Length; at++)
        {
            uint character = uint.CreateTruncating(text[at]);
            if (character - '0' <= 9)
            {
                digits.Push(character - '0');
            }
            else if (character == '.' && point < 0)
            {
                point = at;
            }
            else
            {
                break;
            }
        }

        int digitsWritten = at - start - (point < 0 ? 0 : 1);
        long exponent = 0;
        if (digitsWritten == 0 || (at < text.Length && !TryParseExponent(text[at..], out exponent)))
        {
            return NumberFault.NotANumber;
        }

        return Finish(negative, in digits, exponent - (point < 0 ? 0 : at - point - 1), out number);
    }

    /// <summary>The number that these digits, zeros on the right included, make at this exponent of the last one.</summary>
    public static NumberFault Finish(bool negative, in DigitAccumulator digits, long exponent, out Number number)
    {
        number = default;
        if (digits.Significant == 0)
        {
            return exponent > MaxZeroExponent ? NumberFault.Overflow
                : exponent < MinZeroExponent ? NumberFault.Underflow
                : NumberFault.None;
        }

        long lastExponent = exponent + digits.TrailingZeros;
        NumberFault fault = Judge(digits.Significant, lastExponent);
        if (fault == NumberFault.None)
        {
            number = new Number(negative, digits.Coefficient, digits.Significant, (int)lastExponent);
        }

        return fault;
    }

    /// <summary>The number ± coefficient · 10^exponent, judged as a text is.</summary>
    public static NumberFault FromScaled(bool negative, UInt128 coefficient, long exponent, out Number number)
    {
        number = default;
        if (coefficient == 0)
        {
            return Finish(negative, default, exponent, out number);
        }

        exponent = Math.Clamp(exponent, -FarExponent, FarExponent) + PowersOfTen.StripZeros(ref coefficient);
        int digits = PowersOfTen.CountDigits(coefficient);
        NumberFault fault = Judge(digits, exponent);
        if (fault == NumberFault.None)
        {
            number = new Number(negative, coefficient, digits, (int)exponent);
        }

        return fault;
    }

    private static NumberFault Judge(int significant, long exponent)
    {
        long magnitude = significant + exponent;
        return magnitude > Number.MaxMagnitude ? NumberFault.Overflow
            : magnitude < Number.MinMagnitude ? NumberFault.Underflow
            : significant > Number.MaxDigits ? NumberFault.TooManyDigits
            : NumberFault.None;
    }

    private static bool TryParseExponent<TChar>(ReadOnlySpan<TChar> text, out long exponent)
        where TChar : unmanaged, IBinaryInteger<TChar>
    {
        exponent = 0;
        if (uint.CreateTruncating(text[0]) is not ('e' or 'E') || text.Length == 1)
        {
            return false;
        }

        bool negative = uint.CreateTruncating(text[1]) == '-';
        int at = negative || uint.CreateTruncating(text[1]) == '+' ? 2 : 1;
        if (at == text.Length)
        {
            return false;
        }

        ulong limit = (ulong)long.MaxValue + (negative ? 1UL : 0);
        ulong value = 0;
        for (; at < text.Length; at++)
        {
            uint digit = uint.CreateTruncating(text[at]) - '0';
            if (digit > 9 || value > (limit - digit) / 10)
            {
                return false;
            }

            value = (value * 10) + digit;
        }

        long cut = (long)Math.Min(value, (ulong)FarExponent);
        exponent = negative ? -cut : cut;
        return true;
    }
}
