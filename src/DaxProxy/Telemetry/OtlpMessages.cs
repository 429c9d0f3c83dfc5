using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;

namespace DaxProxy.Telemetry;

/// <summary>Writes what a collector of OpenTelemetry is sent: spans, and metrics with all that was counted since the start.</summary>
/// <remarks>
/// Immutable. Source of the numbers of fields: opentelemetry-proto 1.9, <c>trace/v1</c>, <c>metrics/v1</c>, <c>common/v1</c>,
/// <c>resource/v1</c>.
/// </remarks>
/// <param name="resource">Whose they are.</param>
/// <param name="startedAt">Since when is counted.</param>
internal sealed class OtlpMessages(IReadOnlyList<KeyValuePair<string, object?>> resource, DateTimeOffset startedAt)
{
    /// <summary><c>AGGREGATION_TEMPORALITY_CUMULATIVE</c>.</summary>
    private const int SinceTheStart = 2;

    /// <summary>A request that brings spans, which have ended.</summary>
    public ReadOnlyMemory<byte> Traces(IEnumerable<Activity> spans)
    {
        ProtobufWriter writer = new();
        int ofResource = BeginResource(writer), scope = writer.Begin(2);
        WriteScope(writer, Spans.SourceName);
        foreach (Activity span in spans)
        {
            Write(writer, span);
        }

        writer.End(scope);
        writer.End(ofResource);
        return writer.Written;
    }

    /// <summary>A request that brings metrics as they are now.</summary>
    /// <param name="metrics">The series of each.</param>
    /// <param name="now">The time.</param>
    public ReadOnlyMemory<byte> Metrics(IEnumerable<IGrouping<string, MetricSeries>> metrics, DateTimeOffset now)
    {
        ProtobufWriter writer = new();
        int ofResource = BeginResource(writer), scope = writer.Begin(2);
        WriteScope(writer, Telemetry.Metrics.MeterName);
        foreach (IGrouping<string, MetricSeries> metric in metrics)
        {
            Write(writer, metric.First().Instrument, metric, NanosecondsOf(now));
        }

        writer.End(scope);
        writer.End(ofResource);
        return writer.Written;
    }

    private static long NanosecondsOf(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;

    private static void Write(ProtobufWriter writer, Activity span)
    {
        DateTimeOffset start = span.StartTimeUtc;
        int begin = writer.Begin(2);
        writer.Hex(1, span.TraceId.ToHexString());
        writer.Hex(2, span.SpanId.ToHexString());
        writer.Text(3, span.TraceStateString);
        if (span.ParentSpanId != default)
        {
            writer.Hex(4, span.ParentSpanId.ToHexString());
        }

        writer.Text(5, span.DisplayName);

        // Both number the kinds in the same order, the protocol from one on.
        writer.Number(6, (int)span.Kind + 1);
        writer.Fixed(7, NanosecondsOf(start));
        writer.Fixed(8, NanosecondsOf(start + span.Duration));
        foreach (KeyValuePair<string, object?> tag in span.TagObjects)
        {
            WriteAttribute(writer, 9, tag);
        }

        if (span.Status != ActivityStatusCode.Unset)
        {
            int status = writer.Begin(15);
            writer.Text(2, span.StatusDescription);
            writer.Number(3, (int)span.Status);
            writer.End(status);
        }

        writer.End(begin);
    }

    private void Write(ProtobufWriter writer, Instrument instrument, IEnumerable<MetricSeries> series, long now)
    {
        bool isHistogram = instrument is Histogram<double>, isCounter = PrometheusText.IsCounter(instrument);
        int begin = writer.Begin(2);
        writer.Text(1, instrument.Name);
        writer.Text(2, instrument.Description);
        writer.Text(3, instrument.Unit);
        int data = writer.Begin(isHistogram ? 9 : isCounter ? 7 : 5);
        foreach (MetricSeries one in series)
        {
            int point = writer.Begin(1);
            writer.Fixed(2, NanosecondsOf(startedAt));
            writer.Fixed(3, now);
            if (isHistogram)
            {
                WriteHistogram(writer, one);
            }
            else
            {
                writer.Double(4, one.Value);
            }

            foreach (KeyValuePair<string, object?> label in one.Labels)
            {
                WriteAttribute(writer, isHistogram ? 9 : 7, label);
            }

            writer.End(point);
        }

        if (isHistogram || isCounter)
        {
            writer.Number(2, SinceTheStart);
        }

        if (isCounter)
        {
            writer.Number(3, 1);
        }

        writer.End(data);
        writer.End(begin);
    }

    private static void WriteHistogram(ProtobufWriter writer, MetricSeries one)
    {
        long count = 0;
        int buckets = writer.Begin(6);
        foreach (long values in one.Buckets)
        {
            count += values;
            writer.Packed(values);
        }

        writer.End(buckets);
        int bounds = writer.Begin(7);
        foreach (double bound in MetricSeries.Bounds)
        {
            writer.Packed(BitConverter.DoubleToInt64Bits(bound));
        }

        writer.End(bounds);
        writer.Fixed(4, count);
        writer.Double(5, one.Sum);
    }

    private static void WriteScope(ProtobufWriter writer, string name)
    {
        int scope = writer.Begin(1);
        writer.Text(1, name);
        writer.End(scope);
    }

    private int BeginResource(ProtobufWriter writer)
    {
        int begin = writer.Begin(1), own = writer.Begin(1);
        foreach (KeyValuePair<string, object?> attribute in resource)
        {
            WriteAttribute(writer, 1, attribute);
        }

        writer.End(own);
        return begin;
    }

    private static void WriteAttribute(ProtobufWriter writer, int field, KeyValuePair<string, object?> attribute)
    {
        if (attribute.Value is { } value)
        {
            int begin = writer.Begin(field);
            writer.Text(1, attribute.Key);
            WriteValue(writer, 2, value);
            writer.End(begin);
        }
    }

    private static void WriteValue(ProtobufWriter writer, int field, object value)
    {
        int begin = writer.Begin(field);
        switch (value)
        {
            case bool truth:
                writer.Number(2, truth ? 1 : 0);
                break;
            case int or long:
                writer.Number(3, Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case double number:
                writer.Double(4, number);
                break;
            case string[] texts:
                int all = writer.Begin(5);
                foreach (string text in texts)
                {
                    WriteValue(writer, 1, text);
                }

                writer.End(all);
                break;
            default:
                writer.Text(1, Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
        }

        writer.End(begin);
    }
}
