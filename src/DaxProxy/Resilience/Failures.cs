using System.Collections.Frozen;
using DaxProxy.Core.Operations;

namespace DaxProxy.Resilience;

/// <summary>Tells failures apart. Pure functions.</summary>
internal static class Failures
{
    /// <summary>
    /// The refusals that pass by themselves. Source: the retryable exceptions of the service model and DynamoDB's "Error handling" page. Of
    /// a transaction in progress the one with the same token is under way.
    /// </summary>
    private static readonly FrozenSet<string> Passing = FrozenSet.Create(
        StringComparer.Ordinal,
        "ProvisionedThroughputExceededException",
        "ThrottlingException",
        "RequestLimitExceeded",
        "TransactionInProgressException",
        "ReplicatedWriteConflictException");

    /// <summary>What kind of failure an answer is.</summary>
    public static Failure Of(Reply reply) => reply switch
    {
        _ when ReferenceEquals(reply, TableBulkhead.Full) || ReferenceEquals(reply, TableBulkhead.Broken) => Failure.Held,
        ErrorReply { Effect: KnownEffect.None } => Failure.NeverSent,
        ErrorReply { Error.StatusCode: >= 500 } or ForwardedReply { StatusCode: >= 500 } => Failure.Unknown,
        ErrorReply refusal when Passing.Contains(refusal.Error.Name) => Failure.Throttled,
        _ => Failure.None,
    };
}
