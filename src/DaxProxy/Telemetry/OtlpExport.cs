using System.Diagnostics.Metrics;
using DaxProxy.Options;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace DaxProxy.Telemetry;

/// <summary>Sends spans and metrics to a collector, by the OpenTelemetry protocol over HTTP. Requests never wait for it.</summary>
/// <remarks>
/// Spans wait in a bounded queue; what does not fit, or what the collector does not take in time, is lost. Which requests are traced was
/// decided before (<see cref="RequestObserver"/>), so all spans that there are are sent.
/// </remarks>
internal sealed class OtlpExport : IDisposable
{
    /// <summary>How long the collector may take to accept something.</summary>
    private const int PatienceMs = 2000;

    private readonly TracerProvider traces;
    private readonly MeterProvider metrics;

    private OtlpExport(Uri collector)
    {
        ResourceBuilder resource = ResourceBuilder.CreateEmpty().AddService(
            "daxproxy",
            serviceVersion: typeof(OtlpExport).Assembly.GetName().Version!.ToString(3),
            serviceInstanceId: $"{Environment.MachineName}-{Environment.ProcessId}");
        traces = Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(resource)
            .AddSource(Spans.SourceName)
            .SetSampler(new AlwaysOnSampler())
            .AddOtlpExporter(exporter => Set(exporter, collector, "v1/traces"))
            .Build();
        metrics = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(resource)
            .AddMeter(Metrics.MeterName)
            .AddView(static instrument => instrument is Histogram<double>
                ? new ExplicitBucketHistogramConfiguration { Boundaries = MetricSeries.Bounds }
                : null)
            .AddOtlpExporter(exporter => Set(exporter, collector, "v1/metrics"))
            .Build();
    }

    /// <summary>Begins to send; null when no collector is named.</summary>
    public static OtlpExport? Start(TelemetryOptions options) => options.Otlp.Length == 0 ? null : new OtlpExport(new Uri(options.Otlp));

    /// <summary>Sends what waits, as far as that is quick.</summary>
    public void Dispose()
    {
        traces.Dispose();
        metrics.Dispose();
    }

    private static void Set(OtlpExporterOptions exporter, Uri collector, string path)
    {
        exporter.Protocol = OtlpExportProtocol.HttpProtobuf;
        exporter.Endpoint = new Uri($"{collector.AbsoluteUri.TrimEnd('/')}/{path}");
        exporter.TimeoutMilliseconds = PatienceMs;
    }
}
