using DaxProxy.Telemetry;

namespace DaxProxy.Load;

/// <summary>
/// Sends requests made beforehand, one after another and again from the beginning; of the replies it keeps how long they took.
/// </summary>
/// <param name="requests">The requests; shared with other sources.</param>
/// <param name="first">Where it begins.</param>
/// <param name="latency">Where durations are counted.</param>
internal sealed class ArraySource(byte[][] requests, int first, LatencyHistogram latency) : ILoadSource
{
    private int next = first;

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Next()
    {
        byte[] request = requests[next];
        next = next + 1 < requests.Length ? next + 1 : 0;
        return request;
    }

    /// <inheritdoc/>
    public void Answered(ReadOnlySpan<byte> reply, long nanoseconds) => latency.Record(nanoseconds);
}
