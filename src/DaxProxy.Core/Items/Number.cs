using System.Diagnostics;
using System.Text;

namespace DaxProxy.Core.Items;

/// <summary>A DynamoDB number: exact, up to 38 significant digits, magnitude 0 or 1E-130 … 9.99…E+125.</summary>
/// <remarks>
/// Immutable and thread-safe; the default is zero, and there is no negative zero. Held as ± coefficient · 10^exponent, the coefficient
/// without trailing zeros, so that a value has one representation however it was spelled: equality, order and hash are by value.
/// Nothing here allocates but <see cref="ToString"/>. Source of range and spellings: DynamoDB's documented limits and recorded answers.
/// </remarks>
public readonly struct Number : IEquatable<Number>, IComparable<Number>
{
    /// <summary>Room for the longest canonical text: sign, <c>0.</c>, 129 zeros and 38 digits.</summary>
    public const int MaxFormattedBytes = 170;

    /// <summary>Significant digits a number may have.</summary>
    internal const int MaxDigits = 38;

    /// <summary><see cref="Magnitude"/> of the largest numbers.</summary>
    internal const int MaxMagnitude = 126;

    /// <summary><see cref="Magnitude"/> of the smallest numbers that are not zero.</summary>
    internal const int MinMagnitude = -129;

    // The coefficient in halves: a UInt128 field would be aligned to 16 bytes and the struct grow from 24 to 32.
    private readonly ulong upper;
    private readonly ulong lower;
    private readonly short exponent;
    private readonly byte digits;
    private readonly bool negative;

    /// <summary>± coefficient · 10^exponent, of this many digits, the last not zero; the caller has judged it.</summary>
    internal Number(bool negative, UInt128 coefficient, int digits, int exponent)
    {
        Debug.Assert(coefficient != 0 && coefficient % 10 != 0 && digits == PowersOfTen.CountDigits(coefficient), "not canonical");
        Debug.Assert(digits <= MaxDigits && digits + exponent is >= MinMagnitude and <= MaxMagnitude, "out of range");
        upper = (ulong)(coefficient >> 64);
        lower = (ulong)coefficient;
        this.exponent = (short)exponent;
        this.digits = (byte)digits;
        this.negative = negative;
    }

    /// <summary>Bytes DynamoDB counts for this number, 1 … 21: the length of <see cref="KeyEncoding.WriteStorageNumber"/>.</summary>
    public int SizeBytes
    {
        get
        {
            if (IsZero)
            {
                return 1;
            }

            int pairs = (digits + (Magnitude & 1) + 1) >> 1;
            return 1 + pairs + (negative && pairs < 20 ? 1 : 0);
        }
    }

    /// <summary>Whether this is zero.</summary>
    internal bool IsZero => digits == 0;

    /// <summary>Whether this is below zero.</summary>
    internal bool IsNegative => negative;

    /// <summary>The significant digits as an integer.</summary>
    internal UInt128 Coefficient => new(upper, lower);

    /// <summary>Power of ten of the last significant digit.</summary>
    internal int Exponent => exponent;

    /// <summary>How many significant digits there are; none in zero.</summary>
    internal int Digits => digits;

    /// <summary>Where the point stands: the absolute value is 0.d₁d₂… · 10^Magnitude with d₁ not zero.</summary>
    internal int Magnitude => digits + exponent;

    /// <summary>Parses any spelling DynamoDB accepts; a fault leaves zero.</summary>
    public static NumberFault TryParse(ReadOnlySpan<char> text, out Number number) => NumberParser.TryParse(text, out number);

    /// <summary>Parses any spelling DynamoDB accepts; a fault leaves zero.</summary>
    public static NumberFault TryParse(ReadOnlySpan<byte> utf8, out Number number) => NumberParser.TryParse(utf8, out number);

    /// <summary>The number of this value.</summary>
    public static Number FromInt64(long value)
    {
        NumberParser.FromScaled(value < 0, value < 0 ? 0 - (ulong)value : (ulong)value, 0, out Number number);
        return number;
    }

    /// <summary>
    /// The exact sum; false (and zero) if it has more than 38 significant digits or leaves the range, which DynamoDB both calls overflow.
    /// </summary>
    public static bool TryAdd(Number left, Number right, out Number sum)
    {
        if (left.IsZero || right.IsZero)
        {
            sum = left.IsZero ? right : left;
            return true;
        }

        (Number high, Number low) = left.exponent >= right.exponent ? (left, right) : (right, left);
        int shift = high.exponent - low.exponent;
        UInt128 coefficient = high.Coefficient;
        sum = default;
        if (shift != 0)
        {
            // Brought to the lower exponent the higher one may have 39 digits, as a subtraction can take the last of them away; but no
            // subtrahend below 10^38 takes it from 2·10^38 or more. So everything below stays under 3·10^38 and 128 bits suffice.
            int width = high.digits + shift;
            if (width > MaxDigits + 1 || (width > MaxDigits && coefficient >= 2 * PowersOfTen.Get(high.digits - 1)))
            {
                return false;
            }

            coefficient *= PowersOfTen.Get(shift);
        }

        if (high.negative == low.negative)
        {
            return NumberParser.FromScaled(high.negative, coefficient + low.Coefficient, low.exponent, out sum) == NumberFault.None;
        }

        bool highWins = coefficient >= low.Coefficient;
        UInt128 difference = highWins ? coefficient - low.Coefficient : low.Coefficient - coefficient;
        return difference == 0
            || NumberParser.FromScaled(highWins ? high.negative : low.negative, difference, low.exponent, out sum) == NumberFault.None;
    }

    /// <summary>The exact difference; false (and zero) as for <see cref="TryAdd"/>.</summary>
    public static bool TrySubtract(Number left, Number right, out Number difference) => TryAdd(left, right.Negated(), out difference);

    /// <summary>
    /// Writes the form in which DynamoDB returns every number: plain decimal digits, no exponent, no <c>+</c>, no superfluous zero.
    /// False, with nothing written, if the room does not suffice; <see cref="MaxFormattedBytes"/> always does.
    /// </summary>
    public bool TryFormat(Span<byte> utf8, out int bytesWritten)
    {
        int fraction = Math.Max(0, -exponent);
        int whole = Math.Max(1, Magnitude);
        int length = (negative ? 1 : 0) + whole + (fraction == 0 ? 0 : 1 + fraction);
        if (utf8.Length < length)
        {
            bytesWritten = 0;
            return false;
        }

        bytesWritten = length;
        if (negative)
        {
            utf8[0] = (byte)'-';
            utf8 = utf8[1..];
        }

        if (fraction == 0)
        {
            WriteDigits(utf8);
            utf8.Slice(digits, whole - digits).Fill((byte)'0');
        }
        else if (Magnitude > 0)
        {
            WriteDigits(utf8);
            utf8.Slice(whole, fraction).CopyTo(utf8[(whole + 1)..]);
            utf8[whole] = (byte)'.';
        }
        else
        {
            utf8[..(2 - Magnitude)].Fill((byte)'0');
            utf8[1] = (byte)'.';
            WriteDigits(utf8[(2 - Magnitude)..]);
        }

        return true;
    }

    /// <summary>Order by value.</summary>
    public int CompareTo(Number other)
    {
        int sign = Sign, otherSign = other.Sign;
        if (sign != otherSign || sign == 0)
        {
            return sign.CompareTo(otherSign);
        }

        if (Magnitude != other.Magnitude)
        {
            return Magnitude > other.Magnitude ? sign : -sign;
        }

        UInt128 mine = Coefficient, theirs = other.Coefficient;
        if (exponent > other.exponent)
        {
            mine *= PowersOfTen.Get(exponent - other.exponent);
        }
        else if (exponent < other.exponent)
        {
            theirs *= PowersOfTen.Get(other.exponent - exponent);
        }

        return mine > theirs ? sign : mine == theirs ? 0 : -sign;
    }

    /// <inheritdoc/>
    public bool Equals(Number other) =>
        lower == other.lower && upper == other.upper && exponent == other.exponent && negative == other.negative;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Number other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(lower, upper, exponent, negative);

    /// <summary>The canonical text, as <see cref="TryFormat"/> writes it.</summary>
    public override string ToString()
    {
        Span<byte> utf8 = stackalloc byte[MaxFormattedBytes];
        TryFormat(utf8, out int length);
        return Encoding.ASCII.GetString(utf8[..length]);
    }

    /// <summary>Writes the significant digits as ASCII, exactly <see cref="Digits"/> of them.</summary>
    internal void WriteDigits(Span<byte> ascii)
    {
        if (IsZero)
        {
            return;
        }

        if (upper == 0)
        {
            lower.TryFormat(ascii, out _);
            return;
        }

        (UInt128 high, UInt128 low) = UInt128.DivRem(Coefficient, PowersOfTen.Word);
        ((ulong)high).TryFormat(ascii, out int written);
        ((ulong)low).TryFormat(ascii[written..], out _, "D19");
    }

    private int Sign => IsZero ? 0 : negative ? -1 : 1;

    private Number Negated() => IsZero ? default : new Number(!negative, Coefficient, digits, exponent);
}
