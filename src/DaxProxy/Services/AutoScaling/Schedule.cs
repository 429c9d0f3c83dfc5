using System.Globalization;

namespace DaxProxy.Services.AutoScaling;

/// <summary>When something is to be done: <c>at(…)</c>, <c>rate(…)</c> or <c>cron(…)</c>, to the minute.</summary>
/// <remarks>Immutable. Source of the forms: the API reference of PutScheduledAction.</remarks>
internal sealed class Schedule
{
    private readonly Func<DateTime, DateTimeOffset, DateTimeOffset, bool> isDue;
    private readonly TimeZoneInfo zone;

    private Schedule(TimeZoneInfo zone, bool isOnce, Func<DateTime, DateTimeOffset, DateTimeOffset, bool> isDue) =>
        (this.zone, IsOnce, this.isDue) = (zone, isOnce, isDue);

    /// <summary>Whether it happens once.</summary>
    public bool IsOnce { get; }

    /// <summary>Reads a schedule; null where it is none.</summary>
    /// <param name="text">The schedule.</param>
    /// <param name="timezone">Name of the zone that <c>at</c> and <c>cron</c> are in; null for UTC.</param>
    public static Schedule? TryParse(string text, string? timezone)
    {
        int open = text.IndexOf('(', StringComparison.Ordinal);
        if (open < 0 || !text.EndsWith(')') || !TryFindZone(timezone, out TimeZoneInfo? zone))
        {
            return null;
        }

        string inside = text[(open + 1)..^1];
        return text[..open] switch
        {
            "at" => DateTime.TryParseExact(
                inside, "yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime at)
                ? new Schedule(zone!, isOnce: true, (local, _, _) => local == at.AddSeconds(-at.Second))
                : null,
            "rate" => TryParseRate(inside) is { } minutes
                ? new Schedule(zone!, isOnce: false, (_, minute, since) => IsMultiple(minute, since, minutes))
                : null,
            "cron" => CronExpression.TryParse(inside) is { } cron
                ? new Schedule(zone!, isOnce: false, (local, _, _) => cron.Matches(local))
                : null,
            _ => null,
        };
    }

    /// <summary>Whether it is due in a minute.</summary>
    /// <param name="minute">When the minute begins.</param>
    /// <param name="since">From when a rate counts.</param>
    public bool IsDue(DateTimeOffset minute, DateTimeOffset since) =>
        isDue(TimeZoneInfo.ConvertTime(minute, zone).DateTime, minute, since);

    private static bool IsMultiple(DateTimeOffset minute, DateTimeOffset since, long minutes)
    {
        long passed = (minute.ToUnixTimeSeconds() / 60) - (since.ToUnixTimeSeconds() / 60);
        return passed > 0 && passed % minutes == 0;
    }

    private static long? TryParseRate(string text)
    {
        if (text.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [var value, var unit]
            || !int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int count)
            || count < 1)
        {
            return null;
        }

        return (count == 1 ? unit : unit.TrimEnd('s')) switch
        {
            "minute" => count,
            "hour" => count * 60L,
            "day" => count * 24L * 60,
            _ => null,
        };
    }

    private static bool TryFindZone(string? name, out TimeZoneInfo? zone)
    {
        zone = TimeZoneInfo.Utc;
        return name is null || TimeZoneInfo.TryFindSystemTimeZoneById(name, out zone);
    }
}
