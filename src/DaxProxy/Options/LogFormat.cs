namespace DaxProxy.Options;

/// <summary>How a line of the log is written.</summary>
internal enum LogFormat
{
    /// <summary>For people.</summary>
    Text,

    /// <summary>A JSON object, for what collects logs.</summary>
    Json,
}
