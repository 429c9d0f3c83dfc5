using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using DaxProxy.Core.Errors;

namespace DaxProxy.Options;

/// <summary>How values of options are written.</summary>
internal static class OptionText
{
    private static readonly (string Suffix, long Bytes)[] Units =
    [
        ("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30),
        ("KB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("B", 1),
    ];

    /// <summary>Reads a value of the given type; false when the text is none.</summary>
    /// <remarks>Durations are <c>[d.]hh:mm:ss</c> or seconds; amounts of bytes may carry a unit.</remarks>
    public static bool TryParse(Type type, bool isBytes, string text, [NotNullWhen(true)] out object? value)
    {
        value = null;
        if (isBytes)
        {
            value = ParseBytes(text);
        }
        else if (type == typeof(string))
        {
            value = text;
        }
        else if (type == typeof(int))
        {
            value = int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) ? number : null;
        }
        else if (type == typeof(double))
        {
            value = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : null;
        }
        else if (type == typeof(bool))
        {
            value = bool.TryParse(text, out bool flag) ? flag : null;
        }
        else if (type == typeof(TimeSpan))
        {
            value = ParseDuration(text);
        }
        else if (type == typeof(ValidationProfile))
        {
            value = ValidationProfile.All.FirstOrDefault(profile => profile.Name == text);
        }
        else if (type.IsEnum)
        {
            value = Array.Find(Enum.GetNames(type), name => string.Equals(name, text, StringComparison.OrdinalIgnoreCase)) is { } found
                ? Enum.Parse(type, found)
                : null;
        }

        return value is not null;
    }

    /// <summary>Names what a value of this type looks like, for the sentence "… is no …".</summary>
    public static string Describe(Type type, bool isBytes)
    {
        if (isBytes)
        {
            return "size, use bytes or a unit as in 512MB or 1GiB";
        }

        if (type == typeof(TimeSpan))
        {
            return "duration, use hh:mm:ss or seconds";
        }

        if (type == typeof(bool))
        {
            return "switch, use true or false";
        }

        if (type == typeof(int) || type == typeof(double))
        {
            return "number, use digits";
        }

        IEnumerable<string> names = type == typeof(ValidationProfile)
            ? ValidationProfile.All.Select(profile => profile.Name)
            : Enum.GetNames(type).Select(name => name.ToLowerInvariant());
        return "known value, use " + string.Join(" or ", names);
    }

    /// <summary>Writes a value as <see cref="TryParse"/> reads it; null for none.</summary>
    public static string? Format(object? value) => value switch
    {
        null => null,
        bool flag => flag ? "true" : "false",
        TimeSpan span => span.ToString("c", CultureInfo.InvariantCulture),
        ValidationProfile profile => profile.Name,
        Enum name => name.ToString().ToLowerInvariant(),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    };

    private static long? ParseBytes(string text)
    {
        (string suffix, long factor) = Array.Find(Units, unit => text.EndsWith(unit.Suffix, StringComparison.OrdinalIgnoreCase));
        ReadOnlySpan<char> digits = text.AsSpan(0, text.Length - (suffix?.Length ?? 0)).TrimEnd();
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long amount)
            && amount <= long.MaxValue / Math.Max(factor, 1)
            ? amount * Math.Max(factor, 1)
            : null;
    }

    private static TimeSpan? ParseDuration(string text)
    {
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds))
        {
            return seconds <= TimeSpan.MaxValue.TotalSeconds / 2 ? TimeSpan.FromSeconds(seconds) : null;
        }

        return text.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out TimeSpan span)
            ? span
            : null;
    }
}
