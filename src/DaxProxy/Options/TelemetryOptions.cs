namespace DaxProxy.Options;

/// <summary>Section <c>Telemetry</c>: what the process tells about itself.</summary>
internal sealed record TelemetryOptions
{
    /// <summary>
    /// Least severe log lines to write to standard error: trace, debug, information, warning, error, critical, none. Default warning.
    /// </summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Warning;
}
