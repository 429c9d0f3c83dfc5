namespace DaxProxy.Options;

/// <summary>Section <c>Telemetry</c>: what the process tells about itself.</summary>
internal sealed record TelemetryOptions
{
    /// <summary>
    /// Least severe log lines to write to standard error: trace, debug, information, warning, error, critical, none. Default warning.
    /// </summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Warning;

    /// <summary>
    /// The same for categories, whose names begin like this, with commas between them: Microsoft.AspNetCore=error. The longest name that
    /// fits counts. Default empty: all by LogLevel.
    /// </summary>
    public string LogLevels { get; init; } = "";

    /// <summary>How a line is written: text, json (an object a line). Default text.</summary>
    public LogFormat LogFormat { get; init; } = LogFormat.Text;

    /// <summary>
    /// What the admin port shows of the keys and queries that are read most: keys (to those who bring the secret of the port, and where
    /// there is none, to this machine; hashes to others), hashes, off (they are not looked for). Default keys.
    /// </summary>
    public HotKeyDisplay HotKeys { get; init; } = HotKeyDisplay.Keys;

    /// <summary>
    /// Collector that traces and metrics are sent to by the OpenTelemetry protocol over HTTP: http://localhost:4318. Default empty: none.
    /// </summary>
    public string Otlp { get; init; } = "";

    /// <summary>
    /// Share of the requests that are traced where Otlp names a collector. A client that sends traceparent decides for its own. Default
    /// 0.01.
    /// </summary>
    [Limits("0", "1")]
    public double TraceSample { get; init; } = 0.01;

    /// <summary>File that gets a line of JSON for requests: what, how it ended, how long it took. Default empty: none.</summary>
    public string AccessLog { get; init; } = "";

    /// <summary>Share of the requests that AccessLog gets. Default 0.01.</summary>
    [Limits("0", "1")]
    public double AccessLogSample { get; init; } = 0.01;

    /// <summary>How long AccessLog may become before it is set aside as <c>AccessLog.1</c>; four are kept. Default 64 MiB.</summary>
    [Bytes]
    [Limits("64KiB", "1GiB")]
    public long AccessLogMaxBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>
    /// How many tables have series of their own in the metrics. All others are one, so that the metrics have a limit. Default 100.
    /// </summary>
    [Limits("1", "10000")]
    public int MaxTableLabels { get; init; } = 100;
}
