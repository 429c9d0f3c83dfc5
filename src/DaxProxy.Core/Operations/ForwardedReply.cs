namespace DaxProxy.Core.Operations;

/// <summary>The answer to a <see cref="ForwardedOperation"/>: its head has arrived, its body waits to be sent on.</summary>
/// <param name="statusCode">The HTTP status that the backend answered.</param>
public abstract class ForwardedReply(int statusCode) : Reply
{
    /// <summary>The HTTP status that the backend answered. From 500 on it is unknown what the request did.</summary>
    public int StatusCode { get; } = statusCode;

    /// <summary>What the answer tells of a bulk operation; null where it tells nothing of any.</summary>
    public BulkOperation? BulkOperation { get; init; }

    /// <summary>Sends the answer to the client; to be called once, when the caches know of it.</summary>
    public abstract Task SendAsync();
}
