using DaxProxy.Core.Errors;
using DaxProxy.Core.Tables;

namespace DaxProxy.Engine.Throughput;

/// <summary>
/// How often the provisioned capacity of a table, or of an index, may be lowered: four times in a day of UTC, then once an hour after the
/// last time. Source: recorded answers of the service's control plane.
/// </summary>
public static class DecreaseBudget
{
    private const int FreePerDay = 4;

    private static readonly TimeSpan Wait = TimeSpan.FromHours(1);

    /// <summary>A table as it is described today: without the decreases of other days.</summary>
    public static TableDescription Today(TableDescription table, DateTimeOffset now) => table with
    {
        ThroughputDecreases = Today(table.ThroughputDecreases, table.LastThroughputDecrease, now),
        GlobalSecondaryIndexes =
        [
            .. table.GlobalSecondaryIndexes.Select(
                index => index with { ThroughputDecreases = Today(index.ThroughputDecreases, index.LastThroughputDecrease, now) }),
        ],
    };

    /// <summary>How many decreases there were today.</summary>
    /// <param name="count">How many there were on the day of the last one.</param>
    /// <param name="last">When the last one was.</param>
    /// <param name="now">The time.</param>
    public static int Today(int count, DateTimeOffset? last, DateTimeOffset now) =>
        last?.UtcDateTime.Date == now.UtcDateTime.Date ? count : 0;

    /// <summary>The refusal of another decrease now; null where it is allowed.</summary>
    /// <param name="count">How many there were on the day of the last one.</param>
    /// <param name="last">When the last one was; null for never.</param>
    /// <param name="now">The time.</param>
    public static DynamoError? Check(int count, DateTimeOffset? last, DateTimeOffset now)
    {
        int today = Today(count, last, now);
        if (today < FreePerDay || last is not { } latest || now >= latest + Wait)
        {
            return null;
        }

        DateTimeOffset midnight = new(now.UtcDateTime.Date.AddDays(1), TimeSpan.Zero);
        return TableUpdateFaults.TooManyDecreases(today, latest, latest + Wait < midnight ? latest + Wait : midnight);
    }
}
