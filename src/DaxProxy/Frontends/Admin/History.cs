using System.Buffers;
using System.Text.Json;
using DaxProxy.Telemetry;

namespace DaxProxy.Frontends.Admin;

/// <summary>The body of <c>/api/history</c>: the last hour, a column a figure.</summary>
internal static class History
{
    /// <summary>Writes it.</summary>
    public static byte[] Write(TrafficHistory history)
    {
        IReadOnlyList<TrafficPoint> points = history.Points;
        ArrayBufferWriter<byte> output = new();
        using Utf8JsonWriter writer = new(output);
        writer.WriteStartObject();
        writer.WriteNumber("intervalSeconds", TrafficHistory.Interval.TotalSeconds);
        Column("at", point => point.At.ToUnixTimeSeconds());
        Column("seconds", point => Math.Round(point.Seconds, 3));
        Column("requests", point => point.Requests);
        Column("reads", point => point.Reads);
        Column("hits", point => point.Hits);
        foreach ((string name, Func<TrafficPoint, TrafficTimes> times) in new (string, Func<TrafficPoint, TrafficTimes>)[]
        {
            ("hit", point => point.Hit), ("miss", point => point.Miss), ("backend", point => point.Backend),
        })
        {
            Column(name + "Count", point => times(point).Count);
            Column(name + "P50Microseconds", point => times(point).Median.TotalMicroseconds);
            Column(name + "P99Microseconds", point => times(point).P99.TotalMicroseconds);
        }

        writer.WriteEndObject();
        writer.Flush();
        return output.WrittenSpan.ToArray();

        void Column(string name, Func<TrafficPoint, double> figure)
        {
            writer.WriteStartArray(name);
            foreach (TrafficPoint point in points)
            {
                writer.WriteNumberValue(figure(point));
            }

            writer.WriteEndArray();
        }
    }
}
