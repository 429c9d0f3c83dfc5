namespace DaxProxy.Backends.Remote;

/// <summary>Whether a backend refused a request for the date in its signature.</summary>
/// <remarks>
/// Pure functions. Source: DynamoDB refuses what was signed more than 15 minutes before or after its own time with
/// <c>InvalidSignatureException</c>, as it does a wrong secret; its <c>Date</c> tells the two apart.
/// </remarks>
internal static class ClockFaults
{
    /// <summary>Whether this answer may be such a refusal.</summary>
    public static bool AreIn(RemoteAnswer answer) =>
        answer.StatusCode == StatusCodes.Status400BadRequest && answer.Body.Span.IndexOf("InvalidSignatureException"u8) >= 0;
}
