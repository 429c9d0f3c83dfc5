using DaxProxy.Core.Items;

namespace DaxProxy.Core.Errors;

/// <summary>A refusal in DynamoDB's own words: what a client gets instead of a result.</summary>
/// <param name="Type">The full <c>__type</c>, prefix included: <c>com.amazon.coral.validate#ValidationException</c>.</param>
/// <param name="StatusCode">HTTP status. 400 for every client error, also for not-found and throttling.</param>
/// <param name="Message">The text, or null where DynamoDB sends none.</param>
/// <param name="MessageMember">Name of the text's member: <c>message</c>, for a few exceptions <c>Message</c>.</param>
/// <remarks>Immutable. One factory per text lives in this folder; nothing else makes errors.</remarks>
public sealed record DynamoError(string Type, int StatusCode, string? Message, string MessageMember = "message")
{
    /// <summary>The item that made a condition fail, where the caller asked for it; otherwise null.</summary>
    public Item? Item { get; init; }

    /// <summary>Why each action of a transaction could not be made; null for all other errors.</summary>
    public IReadOnlyList<CancellationReason>? CancellationReasons { get; init; }

    /// <summary>What a throttled request exceeded; null for all other errors, and where the service does not say.</summary>
    public IReadOnlyList<ThrottlingReason>? ThrottlingReasons { get; init; }

    /// <summary>The part of <see cref="Type"/> that SDKs match on: <c>ValidationException</c>.</summary>
    public string Name => Type[(Type.IndexOf('#', StringComparison.Ordinal) + 1)..];

    /// <summary>
    /// Whether the service had no capacity for the request, which may succeed later. Source of the names: the errors that the service's
    /// documentation calls retryable, of those that are no failures of its own.
    /// </summary>
    public bool IsThrottling => Name is "ProvisionedThroughputExceededException" or "ThrottlingException" or "RequestLimitExceeded";

    /// <summary>A <c>ValidationException</c> with this text.</summary>
    public static DynamoError Validation(string message) => new("com.amazon.coral.validate#ValidationException", 400, message);

    /// <summary>An exception of the service model (<c>ResourceNotFoundException</c> and the like) with this text.</summary>
    public static DynamoError Modelled(string name, string message, string messageMember = "message") =>
        new("com.amazonaws.dynamodb.v20120810#" + name, 400, message, messageMember);

    /// <summary>An exception of the transport (<c>SerializationException</c> and the like).</summary>
    public static DynamoError Transport(string name, string? message, string messageMember = "message", int statusCode = 400) =>
        new("com.amazon.coral.service#" + name, statusCode, message, messageMember);
}
