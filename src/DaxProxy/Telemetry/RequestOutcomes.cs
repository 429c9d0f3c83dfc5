using DaxProxy.Core.Operations;

namespace DaxProxy.Telemetry;

/// <summary>Names of outcomes, and how they are told. Pure functions.</summary>
internal static class RequestOutcomes
{
    /// <summary>How many there are.</summary>
    public const int Count = (int)RequestOutcome.Failure + 1;

    private static readonly string[] Names = [.. Enum.GetNames<RequestOutcome>().Select(name => name.ToLowerInvariant())];

    /// <summary>The outcome as a label.</summary>
    public static string NameOf(RequestOutcome outcome) => Names[(int)outcome];

    /// <summary>What a reply says of it.</summary>
    public static RequestOutcome Of(Reply reply)
    {
        RequestOutcome outcome = Of(StatusOf(reply));
        return outcome != RequestOutcome.Success ? outcome : reply.Cache?.Outcome switch
        {
            CacheOutcome.Hit => RequestOutcome.Hit,
            CacheOutcome.Stale => RequestOutcome.Stale,
            CacheOutcome.Miss => RequestOutcome.Miss,
            CacheOutcome.Bypass => RequestOutcome.Bypass,
            _ => RequestOutcome.Success,
        };
    }

    /// <summary>What an HTTP status says of it.</summary>
    public static RequestOutcome Of(int status) =>
        status >= StatusCodes.Status500InternalServerError ? RequestOutcome.Failure
        : status >= StatusCodes.Status400BadRequest ? RequestOutcome.Refusal
        : RequestOutcome.Success;

    private static int StatusOf(Reply reply) => reply switch
    {
        ErrorReply error => error.Error.StatusCode,
        ForwardedReply forwarded => forwarded.StatusCode,
        LostReply => StatusCodes.Status500InternalServerError,
        _ => StatusCodes.Status200OK,
    };
}
