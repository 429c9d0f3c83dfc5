using DaxProxy.Core.Errors;

namespace DaxProxy.Core.Operations;

/// <summary>A refusal, or a failure.</summary>
public sealed class ErrorReply(DynamoError error) : Reply
{
    /// <summary>What the client is told.</summary>
    public DynamoError Error { get; } = error;

    /// <inheritdoc/>
    public override long ItemBytes =>
        (Error.Item?.Json.Length ?? 0) + (Error.CancellationReasons?.Sum(static reason => (long)(reason.Item?.Json.Length ?? 0)) ?? 0);
}
