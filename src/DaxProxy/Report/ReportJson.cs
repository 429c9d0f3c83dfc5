using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using DaxProxy.Telemetry;

namespace DaxProxy.Report;

/// <summary>
/// Writes a report as JSON, histograms included: of each the count, and pairs of nanoseconds and how many took that long.
/// </summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    UseStringEnumConverter = true,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    Converters = [typeof(HistogramConverter), typeof(PercentilesConverter)])]
[JsonSerializable(typeof(ReportResult))]
internal sealed partial class ReportJson : JsonSerializerContext
{
    /// <summary>The file's content.</summary>
    public static byte[] Write(ReportResult result) => JsonSerializer.SerializeToUtf8Bytes(result, Default.ReportResult);

    internal sealed class HistogramConverter : JsonConverter<LatencySnapshot>
    {
        public override LatencySnapshot Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, LatencySnapshot value, JsonSerializerOptions options)
        {
            writer.WriteStartObject();
            writer.WriteNumber("count", value.Count);
            writer.WriteStartArray("nanoseconds");
            foreach ((long nanoseconds, long count) in value.Buckets)
            {
                writer.WriteStartArray();
                writer.WriteNumberValue(nanoseconds);
                writer.WriteNumberValue(count);
                writer.WriteEndArray();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }
    }

    /// <summary>Percentiles by their names: p50, p99.9.</summary>
    internal sealed class PercentilesConverter : JsonConverter<IReadOnlyDictionary<double, Comparison>>
    {
        public override IReadOnlyDictionary<double, Comparison> Read(
            ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, IReadOnlyDictionary<double, Comparison> value, JsonSerializerOptions options)
        {
            writer.WriteStartObject();
            foreach ((double share, Comparison figure) in value)
            {
                writer.WritePropertyName(string.Create(CultureInfo.InvariantCulture, $"p{share * 100:0.#}"));
                JsonSerializer.Serialize(writer, figure, Default.Comparison);
            }

            writer.WriteEndObject();
        }
    }
}
