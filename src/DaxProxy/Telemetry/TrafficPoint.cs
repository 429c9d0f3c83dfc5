namespace DaxProxy.Telemetry;

/// <summary>What happened within one interval of a <see cref="TrafficHistory"/>.</summary>
/// <param name="At">Its end.</param>
/// <param name="Seconds">How long it was.</param>
/// <param name="Requests">Operations that were answered, refused or failed.</param>
/// <param name="Reads">Those of them that a cache may answer.</param>
/// <param name="Hits">Those of them that one did.</param>
/// <param name="Hit">How long hits took.</param>
/// <param name="Miss">How long the other reads took.</param>
/// <param name="Backend">How long the backend took for what it was asked.</param>
internal sealed record TrafficPoint(
    DateTimeOffset At, double Seconds, long Requests, long Reads, long Hits, TrafficTimes Hit, TrafficTimes Miss, TrafficTimes Backend);
