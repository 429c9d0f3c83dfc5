using System.Globalization;

namespace DaxProxy.Services.AutoScaling;

/// <summary>Minutes, hours, days of the month, months, days of the week and years, as AWS writes them.</summary>
/// <remarks>
/// Immutable. Days of the week are 1 (Sunday) to 7. One of the two days has to be <c>?</c>, which says nothing. Source: "Schedule
/// expressions" of the user guide.
/// </remarks>
internal sealed class CronExpression
{
    private static readonly string[] Months =
        ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

    private static readonly string[] Weekdays = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

    private readonly List<Func<DateTime, bool>> fields;

    private CronExpression(List<Func<DateTime, bool>> fields) => this.fields = fields;

    /// <summary>Reads six fields; null where they are none.</summary>
    public static CronExpression? TryParse(string text)
    {
        if (text.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [var minute, var hour, var day, var month, var weekday, var year]
            || (day == "?") == (weekday == "?"))
        {
            return null;
        }

        Func<DateTime, bool>?[] read =
        [
            Numbers(minute, 0, 59, [], at => at.Minute),
            Numbers(hour, 0, 23, [], at => at.Hour),
            day == "?" ? _ => true : DayOfMonth(day),
            Numbers(month, 1, 12, Months, at => at.Month),
            weekday == "?" ? _ => true : DayOfWeek(weekday),
            Numbers(year, 1970, 2199, [], at => at.Year),
        ];
        return Array.TrueForAll(read, field => field is not null) ? new CronExpression([.. read.OfType<Func<DateTime, bool>>()]) : null;
    }

    /// <summary>Whether it names a minute.</summary>
    public bool Matches(DateTime minute) => fields.TrueForAll(field => field(minute));

    private static Func<DateTime, bool>? DayOfMonth(string text)
    {
        if (text == "L")
        {
            return at => at.Day == DateTime.DaysInMonth(at.Year, at.Month);
        }

        return text.EndsWith('W') && TryRead(text[..^1], [], out int day) && day is >= 1 and <= 31
            ? at => at.Day == NearestWeekday(at, day)
            : Numbers(text, 1, 31, [], at => at.Day);
    }

    private static int NearestWeekday(DateTime at, int day)
    {
        DateTime wanted = new(at.Year, at.Month, Math.Min(day, DateTime.DaysInMonth(at.Year, at.Month)));
        return wanted.DayOfWeek switch
        {
            System.DayOfWeek.Saturday => wanted.Day > 1 ? wanted.Day - 1 : wanted.Day + 2,
            System.DayOfWeek.Sunday => wanted.Day < DateTime.DaysInMonth(at.Year, at.Month) ? wanted.Day + 1 : wanted.Day - 2,
            _ => wanted.Day,
        };
    }

    private static Func<DateTime, bool>? DayOfWeek(string text)
    {
        if (text.Split('#') is [var name, var place])
        {
            return TryRead(name, Weekdays, out int weekday) && weekday is >= 1 and <= 7
                && TryRead(place, [], out int week) && week is >= 1 and <= 5
                ? at => (int)at.DayOfWeek + 1 == weekday && (at.Day + 6) / 7 == week
                : null;
        }

        if (text == "L")
        {
            return at => at.DayOfWeek == System.DayOfWeek.Saturday;
        }

        return text.EndsWith('L') && TryRead(text[..^1], Weekdays, out int last) && last is >= 1 and <= 7
            ? at => (int)at.DayOfWeek + 1 == last && at.Day + 7 > DateTime.DaysInMonth(at.Year, at.Month)
            : Numbers(text, 1, 7, Weekdays, at => (int)at.DayOfWeek + 1);
    }

    /// <summary>A list of values, ranges and steps.</summary>
    private static Func<DateTime, bool>? Numbers(string text, int least, int most, string[] names, Func<DateTime, int> part)
    {
        HashSet<int> allowed = [];
        foreach (string one in text.Split(','))
        {
            string[] stepped = one.Split('/');
            int step = 1, from, to;
            if (stepped.Length > 2 || (stepped.Length == 2 && (!TryRead(stepped[1], [], out step) || step < 1)))
            {
                return null;
            }

            if (stepped[0] == "*")
            {
                (from, to) = (least, most);
            }
            else if (stepped[0].Split('-') is var ends && TryRead(ends[0], names, out from) && ends.Length <= 2)
            {
                to = stepped.Length == 2 ? most : from;
                if (ends.Length == 2 && !TryRead(ends[1], names, out to))
                {
                    return null;
                }
            }
            else
            {
                return null;
            }

            if (from < least || to > most || from > to)
            {
                return null;
            }

            for (int value = from; value <= to; value += step)
            {
                allowed.Add(value);
            }
        }

        return at => allowed.Contains(part(at));
    }

    /// <summary>A number, or the place of a name, from 1.</summary>
    private static bool TryRead(string text, string[] names, out int value)
    {
        value = Array.FindIndex(names, name => string.Equals(name, text, StringComparison.OrdinalIgnoreCase)) + 1;
        return value > 0 || int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
    }
}
