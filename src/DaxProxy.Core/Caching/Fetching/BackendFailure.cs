using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Caching.Fetching;

/// <summary>
/// When a backend failed to answer a read, rather than refuse it: then what was known before may be answered in its place.
/// </summary>
internal static class BackendFailure
{
    /// <summary>It gave no answer at all.</summary>
    public const string NoAnswer = "no answer";

    /// <summary>It has given no answer for longer than a reader waits who can be answered otherwise.</summary>
    public const string Late = "no answer yet";

    /// <summary>
    /// What is wrong with an answer, in words that may stand in a header; null if it is what was asked for, or a refusal.
    /// </summary>
    public static string? Of(Reply reply) => reply switch
    {
        ErrorReply { Error.StatusCode: >= 500 and int status } => $"status {status}",
        ErrorReply { Error.IsThrottling: true } => "throttled",
        _ => null,
    };
}
