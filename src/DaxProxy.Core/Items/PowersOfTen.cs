using System.Numerics;

namespace DaxProxy.Core.Items;

/// <summary>Powers of ten up to 10^38, and the digit counts and trailing zeros found with them.</summary>
internal static class PowersOfTen
{
    /// <summary>10^19, the largest that a <see cref="ulong"/> holds: a coefficient is two such digits.</summary>
    public const ulong Word = 10_000_000_000_000_000_000;

    /// <summary>Decimal digits of <see cref="Word"/>'s remainders.</summary>
    public const int WordDigits = 19;

    private static readonly ulong[] Small = Build<ulong>(WordDigits + 1);
    private static readonly UInt128[] Large = Build<UInt128>(Number.MaxDigits + 1);

    /// <summary>10^exponent for 0 … 38.</summary>
    public static UInt128 Get(int exponent) => Large[exponent];

    /// <summary>Decimal digits of a value; none for zero.</summary>
    public static int CountDigits(UInt128 value)
    {
        if (value <= ulong.MaxValue)
        {
            ulong small = (ulong)value;

            // log10(2) ≈ 1233 / 4096 gives the count or one less; the table decides.
            int guess = ((BitOperations.Log2(small | 1) + 1) * 1233) >> 12;
            return guess + (small >= Small[guess] ? 1 : 0);
        }

        int estimate = ((128 - (int)UInt128.LeadingZeroCount(value)) * 1233) >> 12;
        return estimate + (value >= Large[estimate] ? 1 : 0);
    }

    /// <summary>Divides the trailing decimal zeros out of a value that is not zero and returns how many there were.</summary>
    public static int StripZeros(ref UInt128 value)
    {
        int zeros = 0;

        // A multiple of ten is even: most values end here or after a few steps.
        while (value > ulong.MaxValue && ((uint)value & 1) == 0)
        {
            (UInt128 quotient, UInt128 remainder) = UInt128.DivRem(value, 10);
            if (remainder != 0)
            {
                return zeros;
            }

            value = quotient;
            zeros++;
        }

        if (value > ulong.MaxValue)
        {
            return zeros;
        }

        ulong small = (ulong)value;
        while ((small & 1) == 0 && small % 10 == 0)
        {
            small /= 10;
            zeros++;
        }

        value = small;
        return zeros;
    }

    private static T[] Build<T>(int count)
        where T : INumber<T>
    {
        T[] powers = new T[count];
        powers[0] = T.One;
        for (int i = 1; i < count; i++)
        {
            powers[i] = powers[i - 1] * T.CreateChecked(10);
        }

        return powers;
    }
}
