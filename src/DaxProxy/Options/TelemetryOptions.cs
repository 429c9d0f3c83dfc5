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
}
