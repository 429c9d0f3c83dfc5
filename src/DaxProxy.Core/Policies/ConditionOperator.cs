using System.Globalization;
using System.Net;
using DaxProxy.Core.Items;

namespace DaxProxy.Core.Policies;

/// <summary>
/// How one value of a request is compared with one of a policy: <c>StringLike</c>, <c>NumericLessThan</c>, <c>IpAddress</c>.
/// </summary>
/// <remarks>Immutable. Source: "Condition operators" of the IAM user guide.</remarks>
internal sealed class ConditionOperator
{
    private readonly Func<string, Glob, bool> compare;
    private readonly Func<string, bool> isValue;

    private ConditionOperator(string name, bool isNegated, Func<string, bool> isValue, Func<string, Glob, bool> compare)
    {
        Name = name;
        IsNegated = isNegated;
        this.isValue = isValue;
        this.compare = compare;
    }

    /// <summary>Its name, without set operator and without <c>IfExists</c>.</summary>
    public string Name { get; }

    /// <summary>Whether it holds where no value of the policy matches.</summary>
    public bool IsNegated { get; }

    /// <summary>Whether it asks whether there is a value at all.</summary>
    public bool IsNull => Name == "Null";

    /// <summary>Whether it compares texts, exactly or by a pattern.</summary>
    public bool IsTextual => Name is "StringEquals" or "StringNotEquals" or "StringLike" or "StringNotLike";

    /// <summary>Whether the signs of patterns are text to it.</summary>
    public bool IsExact => Name is not ("StringLike" or "StringNotLike" or "ArnEquals" or "ArnNotEquals" or "ArnLike" or "ArnNotLike");

    /// <summary>All of them by their names.</summary>
    public static IReadOnlyDictionary<string, ConditionOperator> ByName { get; } =
        All().ToDictionary(each => each.Name, StringComparer.Ordinal);

    /// <summary>Whether a policy may compare with this value; not asked of one with variables.</summary>
    public bool Accepts(string value) => isValue(value);

    /// <summary>Whether a value of the request matches one of the policy, the negation left aside.</summary>
    public bool Matches(string value, in Glob pattern) => compare(value, pattern);

    private static IEnumerable<ConditionOperator> All()
    {
        yield return new("StringEquals", false, Anything, (value, pattern) => value == pattern.ToString());
        yield return new("StringNotEquals", true, Anything, (value, pattern) => value == pattern.ToString());
        yield return new("StringEqualsIgnoreCase", false, Anything, IsSameText);
        yield return new("StringNotEqualsIgnoreCase", true, Anything, IsSameText);
        yield return new("StringLike", false, Anything, (value, pattern) => pattern.Matches(value));
        yield return new("StringNotLike", true, Anything, (value, pattern) => pattern.Matches(value));
        foreach (string name in (string[])["ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"])
        {
            yield return new(name, name.Contains("Not", StringComparison.Ordinal), IsArn, ArnPattern.Matches);
        }

        (string Suffix, bool IsNegated, Func<int, bool> Holds)[] orders =
        [
            ("Equals", false, order => order == 0), ("NotEquals", true, order => order == 0), ("LessThan", false, order => order < 0),
            ("LessThanEquals", false, order => order <= 0), ("GreaterThan", false, order => order > 0),
            ("GreaterThanEquals", false, order => order >= 0),
        ];
        foreach ((string suffix, bool isNegated, Func<int, bool> holds) in orders)
        {
            yield return new("Numeric" + suffix, isNegated, text => NumberOf(text) is not null, (value, pattern) =>
                NumberOf(value) is { } left && NumberOf(pattern.ToString()) is { } right && holds(left.CompareTo(right)));
            yield return new("Date" + suffix, isNegated, text => DateOf(text) is not null, (value, pattern) =>
                DateOf(value) is { } left && DateOf(pattern.ToString()) is { } right && holds(left.CompareTo(right)));
        }

        yield return new("Bool", false, IsBool, IsSameText);
        yield return new("Null", false, IsBool, IsSameText);
        yield return new("BinaryEquals", false, IsBase64, (value, pattern) => value == pattern.ToString());
        yield return new("IpAddress", false, text => NetworkOf(text) is not null, IsWithin);
        yield return new("NotIpAddress", true, text => NetworkOf(text) is not null, IsWithin);
    }

    private static bool Anything(string value) => true;

    private static bool IsBool(string value) => value is "true" or "false";

    private static bool IsBase64(string value) => Convert.TryFromBase64String(value, new byte[value.Length], out _);

    private static bool IsArn(string value) => value == "*" || value.StartsWith("arn:", StringComparison.Ordinal);

    private static bool IsSameText(string value, Glob pattern) =>
        string.Equals(value, pattern.ToString(), StringComparison.OrdinalIgnoreCase);

    private static bool IsWithin(string value, Glob pattern) => IPAddress.TryParse(value, out IPAddress? address)
        && NetworkOf(pattern.ToString()) is { } network
        && network.Contains(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);

    private static Number? NumberOf(string text) => Number.TryParse(text, out Number number) == NumberFault.None ? number : null;

    /// <summary>ISO 8601, or seconds since 1970.</summary>
    private static DateTimeOffset? DateOf(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long seconds)
            ? seconds is >= -62_135_596_800 and <= 253_402_300_799 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null
        : DateTimeOffset.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset date)
            ? date
        : null;

    /// <summary>A network, or an address alone. Bits behind the prefix are cut off, as IAM does.</summary>
    private static IPNetwork? NetworkOf(string text)
    {
        int slash = text.IndexOf('/');
        if (!IPAddress.TryParse(slash < 0 ? text : text[..slash], out IPAddress? address))
        {
            return null;
        }

        byte[] bytes = address.GetAddressBytes();
        int bits = 8 * bytes.Length, prefix = bits;
        if (slash >= 0
            && (!int.TryParse(text[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out prefix) || prefix > bits))
        {
            return null;
        }

        for (int bit = prefix; bit < bits; bit++)
        {
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        }

        return new IPNetwork(new IPAddress(bytes), prefix);
    }
}
