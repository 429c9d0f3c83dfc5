namespace DaxProxy.Core.Items;

/// <summary>
/// DynamoDB's own key bytes of a number: what it hashes to place a partition and what it counts for size. They sort by value.
/// </summary>
/// <remarks>
/// <c>80</c> for zero. Else |x| = 0.d₁d₂… · 10^E, with one 0 in front if E is odd, cut into pairs of digits; the first byte is
/// ⌈E/2⌉ − 64 (complemented when negative), each pair follows as value + 1 (101 − value when negative), and a negative number of fewer than
/// 20 pairs ends in 102. Source: recorded scan orders and item sizes of the service.
/// </remarks>
internal static class StorageNumber
{
    /// <summary>The longest encoding: a header and 20 pairs, or 19 and the terminator.</summary>
    public const int MaxBytes = 21;

    private const int MaxPairs = 20;

    /// <summary>Writes the encoding and returns its length, <see cref="Number.SizeBytes"/>.</summary>
    public static int Write(Number number, Span<byte> destination)
    {
        if (number.IsZero)
        {
            destination[0] = 0x80;
            return 1;
        }

        // A zero digit before an odd exponent, one behind an odd rest.
        Span<byte> ascii = stackalloc byte[2 * MaxPairs];
        ascii.Fill((byte)'0');
        int lead = number.Magnitude & 1;
        number.WriteDigits(ascii[lead..]);
        int pairs = (lead + number.Digits + 1) >> 1;

        int header = ((number.Magnitude + 1) >> 1) - 64;
        destination[0] = (byte)(number.IsNegative ? ~header : header);
        for (int i = 0; i < pairs; i++)
        {
            int pair = ((ascii[2 * i] - '0') * 10) + ascii[(2 * i) + 1] - '0';
            destination[1 + i] = (byte)(number.IsNegative ? 101 - pair : pair + 1);
        }

        if (!number.IsNegative || pairs == MaxPairs)
        {
            return 1 + pairs;
        }

        destination[1 + pairs] = 102;
        return 2 + pairs;
    }
}
