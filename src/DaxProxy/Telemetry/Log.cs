namespace DaxProxy.Telemetry;

/// <summary>Every line the process logs. Event ids are stable: a new line takes a new one, a removed line's is not used again.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Error, "Request {RequestId} failed")]
    public static partial void RequestFailed(ILogger logger, string requestId, Exception exception);

    [LoggerMessage(2, LogLevel.Debug, "Request {RequestId} was abandoned by the client")]
    public static partial void RequestAbandoned(ILogger logger, string requestId);

    [LoggerMessage(3, LogLevel.Warning, "The backend did not answer the readiness probe")]
    public static partial void ProbeFailed(ILogger logger, Exception exception);

    [LoggerMessage(4, LogLevel.Warning, "Requests were still in flight {Seconds} seconds after the stop and were cut off")]
    public static partial void DrainTimedOut(ILogger logger, double seconds);

    [LoggerMessage(5, LogLevel.Warning, "The short way to the cache failed; the request takes the long one")]
    public static partial void PeekFailed(ILogger logger, Exception exception);

    [LoggerMessage(6, LogLevel.Warning, "The backend gave no answer to {Operation} that can be relied on")]
    public static partial void BackendFailed(ILogger logger, string operation, Exception exception);

    [LoggerMessage(20, LogLevel.Error, "The backend does not accept what this process signs with ({Error}: {Reason}). Check its credentials and their region")]
    public static partial void CredentialsRefused(ILogger logger, string error, string reason);
}
