namespace DaxProxy.Core.Caching.Group;

/// <summary>Spans of time as the clock counts them.</summary>
internal static class GroupClock
{
    /// <summary>A span in ticks of <see cref="TimeProvider.GetTimestamp"/>.</summary>
    public static long TicksOf(this TimeProvider time, TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);

    /// <summary>How long it is until a timestamp; zero or less where it has passed.</summary>
    public static TimeSpan Until(this TimeProvider time, long timestamp) => time.GetElapsedTime(time.GetTimestamp(), timestamp);

    /// <summary>Waits for a span, and no less: a timer counts whole milliseconds, and drops what is left of one.</summary>
    public static Task DelayAsync(this TimeProvider time, TimeSpan span) =>
        Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(span.TotalMilliseconds)), time);
}
