using System.Diagnostics;
using System.Net.Http.Headers;
using System.Threading.Channels;
using DaxProxy.Options;

namespace DaxProxy.Telemetry;

/// <summary>Sends spans and metrics to a collector, by the OpenTelemetry protocol over HTTP. Requests never wait for it.</summary>
/// <remarks>
/// Spans wait in a bounded queue; what does not fit, or what the collector does not take in time, is lost. Which requests are traced was
/// decided before (<see cref="RequestObserver"/>), so all spans that there are are sent. OpenTelemetry's own packages would count each
/// metric a second time, and are a twentieth of a native program.
/// </remarks>
internal sealed class OtlpExport : IDisposable
{
    /// <summary>How many spans wait at most.</summary>
    private const int MostWaiting = 2048;

    /// <summary>How many are sent at once; so many do not wait any longer.</summary>
    private const int MostAtOnce = 512;

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan MetricsInterval = TimeSpan.FromMinutes(1);

    /// <summary>How long the collector may take to accept something.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private static readonly MediaTypeHeaderValue Protobuf = new("application/x-protobuf");

    private readonly Channel<Activity> ended = Channel.CreateBounded<Activity>(
        new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private readonly CancellationTokenSource stop = new();
    private readonly HttpClient http = new() { Timeout = Patience };
    private readonly string collector;
    private readonly MetricCollector metrics;
    private readonly TimeProvider time;
    private readonly OtlpMessages messages;
    private readonly ActivityListener listener;
    private readonly Task sending;

    private OtlpExport(Uri collector, MetricCollector metrics, TimeProvider time)
    {
        this.collector = collector.AbsoluteUri.TrimEnd('/');
        this.metrics = metrics;
        this.time = time;
        messages = new OtlpMessages(
            [
                new("service.name", "daxproxy"),
                new("service.version", typeof(OtlpExport).Assembly.GetName().Version!.ToString(3)),
                new("service.instance.id", $"{Environment.MachineName}-{Environment.ProcessId}"),
            ],
            time.GetUtcNow());
        listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == Spans.SourceName,
            Sample = static (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span =>
            {
                if (span.Recorded)
                {
                    ended.Writer.TryWrite(span);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        sending = Task.WhenAll(Task.Run(SendSpansAsync), Task.Run(SendMetricsAsync));
    }

    /// <summary>Begins to send; null when no collector is named.</summary>
    /// <param name="options">They name the collector.</param>
    /// <param name="metrics">What is counted; stays the caller's, and has to outlive this.</param>
    /// <param name="time">The clock.</param>
    public static OtlpExport? Start(TelemetryOptions options, MetricCollector metrics, TimeProvider time) =>
        options.Otlp.Length == 0 ? null : new OtlpExport(new Uri(options.Otlp), metrics, time);

    /// <summary>Sends what waits, as far as that is quick.</summary>
    public void Dispose()
    {
        listener.Dispose();
        ended.Writer.Complete();
        stop.Cancel();
        sending.Wait();
        http.Dispose();
        stop.Dispose();
    }

    private async Task SendSpansAsync()
    {
        while (await ended.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            for (long since = time.GetTimestamp();
                !stop.IsCancellationRequested && ended.Reader.Count < MostAtOnce && time.GetElapsedTime(since) < LongestWait;)
            {
                await WaitAsync(LookInterval).ConfigureAwait(false);
            }

            List<Activity> spans = [];
            while (spans.Count < MostAtOnce && ended.Reader.TryRead(out Activity? span))
            {
                spans.Add(span);
            }

            bool isTaken = await SendAsync("/v1/traces", messages.Traces(spans)).ConfigureAwait(false);
            if (!isTaken && stop.IsCancellationRequested)
            {
                // Not the patience once more for each batch: the process is to end.
                return;
            }
        }
    }

    private async Task SendMetricsAsync()
    {
        do
        {
            await WaitAsync(MetricsInterval).ConfigureAwait(false);
            await SendAsync("/v1/metrics", messages.Metrics(metrics.Collect(), time.GetUtcNow())).ConfigureAwait(false);
        }
        while (!stop.IsCancellationRequested);
    }

    /// <summary>Waits so long, or until it is to end.</summary>
    private Task WaitAsync(TimeSpan span) => Task.Delay(span, time, stop.Token).ContinueWith(
        static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    /// <summary>Sends a message. Returns whether the collector has taken it; what it has not is lost.</summary>
    private async Task<bool> SendAsync(string path, ReadOnlyMemory<byte> message)
    {
        try
        {
            using ReadOnlyMemoryContent content = new(message) { Headers = { ContentType = Protobuf } };
            using HttpResponseMessage answer = await http.PostAsync(new Uri(collector + path), content).ConfigureAwait(false);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception fault) when (fault is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }
}
