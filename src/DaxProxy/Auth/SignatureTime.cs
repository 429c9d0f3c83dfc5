using System.Globalization;
using DaxProxy.Core.Errors;

namespace DaxProxy.Auth;

/// <summary>The time at which a request says that it was signed, and how far from now it may be. Pure functions.</summary>
internal static class SignatureTime
{
    /// <summary>ISO 8601's basic format.</summary>
    public const string Format = "yyyyMMdd'T'HHmmss'Z'";

    /// <summary>How far a signature may be from now, before and after.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(15);

    /// <summary>The longest time that a signature in the query may be good for: a week.</summary>
    public const int MaxLifetimeSeconds = 604_800;

    /// <summary>What is wrong with the time of a signature; null when nothing is.</summary>
    /// <param name="timestamp">What the request says: <c>20150830T123600Z</c>.</param>
    /// <param name="now">The time.</param>
    /// <param name="lifetime">For how many seconds it is good, if the request says that; otherwise null.</param>
    public static DynamoError? Check(ReadOnlySpan<char> timestamp, DateTimeOffset now, string? lifetime = null)
    {
        if (!TryParse(timestamp, out DateTime signed))
        {
            return SignatureFaults.DateFormat(timestamp.ToString());
        }

        if (lifetime is not null)
        {
            if (!int.TryParse(lifetime, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds)
                || seconds is < 1 or > MaxLifetimeSeconds)
            {
                return SignatureFaults.LifetimeOutOfBounds;
            }

            DateTimeOffset earliest = now - TimeSpan.FromSeconds(seconds);
            if (signed < earliest.UtcDateTime)
            {
                return SignatureFaults.LifetimeOver(
                    timestamp.ToString(), SignatureV4.Timestamp(earliest), SignatureV4.Timestamp(now), seconds);
            }
        }

        return lifetime is null && signed < now.UtcDateTime - Tolerance
                ? SignatureFaults.Expired(timestamp.ToString(), SignatureV4.Timestamp(now - Tolerance), SignatureV4.Timestamp(now))
            : signed > now.UtcDateTime + Tolerance
                ? SignatureFaults.NotYetCurrent(timestamp.ToString(), SignatureV4.Timestamp(now + Tolerance), SignatureV4.Timestamp(now))
            : null;
    }

    /// <summary>
    /// Reads what <see cref="Format"/> writes. Every verified request is read; the framework, which takes any format, takes several times
    /// as long.
    /// </summary>
    private static bool TryParse(ReadOnlySpan<char> text, out DateTime time)
    {
        time = default;
        if (text is not [.., 'Z'] || text.Length != 16 || text[8] != 'T'
            || !TryRead(text[..4], 1, 9999, out int year) || !TryRead(text[4..6], 1, 12, out int month)
            || !TryRead(text[6..8], 1, DateTime.DaysInMonth(year, month), out int day)
            || !TryRead(text[9..11], 0, 23, out int hour) || !TryRead(text[11..13], 0, 59, out int minute)
            || !TryRead(text[13..15], 0, 59, out int second))
        {
            return false;
        }

        time = new DateTime(year, month, day, hour, minute, second, DateTimeKind.Utc);
        return true;
    }

    private static bool TryRead(ReadOnlySpan<char> digits, int least, int most, out int number)
    {
        number = 0;
        foreach (char digit in digits)
        {
            if (!char.IsAsciiDigit(digit))
            {
                return false;
            }

            number = (10 * number) + digit - '0';
        }

        return number >= least && number <= most;
    }
}
