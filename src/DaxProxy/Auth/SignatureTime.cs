using System.Globalization;
using DaxProxy.Core.Errors;

namespace DaxProxy.Auth;

/// <summary>The time at which a request says that it was signed, and how far from now it may be. Pure functions.</summary>
public static class SignatureTime
{
    /// <summary>ISO 8601's basic format.</summary>
    public const string Format = "yyyyMMdd'T'HHmmss'Z'";

    /// <summary>How far a signature may be from now, before and after.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(15);

    /// <summary>What is wrong with the time of a signature; null when nothing is.</summary>
    /// <param name="timestamp">What the request says: <c>20150830T123600Z</c>.</param>
    /// <param name="now">The time.</param>
    public static DynamoError? Check(ReadOnlySpan<char> timestamp, DateTimeOffset now)
    {
        if (!DateTime.TryParseExact(
            timestamp, Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTime signed))
        {
            return SignatureFaults.DateFormat(timestamp.ToString());
        }

        return signed < now.UtcDateTime - Tolerance
                ? SignatureFaults.Expired(timestamp.ToString(), SignatureV4.Timestamp(now - Tolerance), SignatureV4.Timestamp(now))
            : signed > now.UtcDateTime + Tolerance
                ? SignatureFaults.NotYetCurrent(timestamp.ToString(), SignatureV4.Timestamp(now + Tolerance), SignatureV4.Timestamp(now))
            : null;
    }
}
