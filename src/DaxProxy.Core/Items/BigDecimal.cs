using System.Globalization;

namespace DaxProxy.Core.Items;

/// <summary>How Java's BigDecimal reads a number, which the service's older checks use.</summary>
/// <remarks>
/// It makes no difference to which texts are numbers of DynamoDB, only to why one is none. Exponents and scales have 32 bits, and the
/// magnitude is computed in 32 bits, so that it can wrap around. Source: recorded answers of the service (paritysuite/dynamodb-conformance,
/// <c>valueLayers.test.ts</c> and <c>partiqlParameterNumbers.test.ts</c>).
/// </remarks>
internal static class BigDecimal
{
    /// <summary>Why a text is no number, given why the parser refused it.</summary>
    public static NumberFault FaultOf(NumberFault fault, ReadOnlySpan<char> text)
    {
        if (fault is not (NumberFault.Overflow or NumberFault.Underflow))
        {
            return fault;
        }

        int end = text.IndexOfAny('e', 'E');
        int exponent = 0;
        if (end >= 0 && !int.TryParse(text[(end + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent))
        {
            return NumberFault.NotANumber;
        }

        ReadOnlySpan<char> digits = end < 0 ? text : text[..end];
        int point = digits.IndexOf('.');
        long scale = (long)(point < 0 ? 0 : digits.Length - point - 1) - exponent;
        if (scale is < int.MinValue or > int.MaxValue)
        {
            return NumberFault.NotANumber;
        }

        int precision = 0;
        foreach (char c in digits)
        {
            precision += char.IsAsciiDigit(c) && (c != '0' || precision > 0) ? 1 : 0;
        }

        return Math.Max(precision, 1) - scale > int.MaxValue ? NumberFault.Underflow : fault;
    }
}
