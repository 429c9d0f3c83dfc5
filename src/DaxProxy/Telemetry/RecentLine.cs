namespace DaxProxy.Telemetry;

/// <summary>A line of the log.</summary>
/// <param name="At">When it was written.</param>
/// <param name="Level">How bad it is.</param>
/// <param name="Event">The id of the event.</param>
/// <param name="Text">What it says.</param>
/// <param name="Count">How often it was written, the last time at <paramref name="At"/>.</param>
internal sealed record RecentLine(DateTimeOffset At, LogLevel Level, int Event, string Text, int Count);
