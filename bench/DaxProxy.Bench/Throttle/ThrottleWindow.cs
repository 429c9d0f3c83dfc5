namespace DaxProxy.Bench.Throttle;

/// <summary>One second of a run.</summary>
/// <param name="HitP99">99th percentile of the hits' latency in microseconds.</param>
/// <param name="Others">Requests for items that come and go that were answered.</param>
/// <param name="Missed">Those of them that the cache could not answer and that shared no other's fetch.</param>
/// <param name="Refused">Those of them that the client got an error for.</param>
/// <param name="Arrived">Requests that arrived at the backend.</param>
internal sealed record ThrottleWindow(double HitP99, long Others, long Missed, long Refused, long Arrived);
