using System.Net.Sockets;
using System.Security.Authentication;
using Amazon.Runtime;

namespace DaxProxy.Telemetry;

/// <summary>What logs, traces and statistics may say of what a backend answered: kinds, codes and our own words.</summary>
/// <remarks>
/// Pure functions. Never the text of an answer, nor that of an exception which may quote one: either may repeat the request, and the
/// request holds the token of the proxy's session.
/// </remarks>
internal static class FaultText
{
    /// <summary>Codes and ids of AWS are shorter; a token of a session is longer.</summary>
    private const int MaxCodeLength = 64;

    /// <summary>An exception and its causes, the outermost first.</summary>
    public static string Of(Exception fault)
    {
        List<string> kinds = [];
        for (Exception? cause = fault; cause is not null; cause = cause.InnerException)
        {
            kinds.Add(KindOf(cause));
        }

        return string.Join(" < ", kinds);
    }

    /// <summary>A code or an id that a backend sent, if it can be nothing else; else a question mark.</summary>
    public static string Code(string? code) =>
        code is { Length: > 0 and <= MaxCodeLength }
            && code.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '-' or '_')
            ? code
            : "?";

    /// <summary>The same where there may be none; null for none.</summary>
    public static string? CodeOrNone(string? code) => code is null ? null : Code(code);

    private static string KindOf(Exception fault) => fault switch
    {
        PlainFault => fault.Message,
        HttpRequestException request => $"{nameof(HttpRequestException)} ({request.HttpRequestError})",
        SocketException socket => $"{nameof(SocketException)} ({socket.SocketErrorCode})",

        // The runtime's own words about a certificate.
        AuthenticationException => $"{nameof(AuthenticationException)} ({fault.Message})",
        AmazonServiceException service =>
            $"{fault.GetType().Name} ({Code(service.ErrorCode)}, status {(int)service.StatusCode}, request {Code(service.RequestId)})",
        _ => fault.GetType().Name,
    };
}
