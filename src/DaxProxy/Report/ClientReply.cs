using System.Text;

namespace DaxProxy.Report;

/// <summary>An answer to a single request.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="CacheStatus">The header of that name; null without one.</param>
/// <param name="Body">The body.</param>
internal sealed record ClientReply(int Status, string? CacheStatus, ReadOnlyMemory<byte> Body)
{
    /// <summary>Whether the request succeeded.</summary>
    public bool IsOk => Status == StatusCodes.Status200OK;

    /// <summary>The name of the error, without its prefix; the status where there is none.</summary>
    public string ErrorName => ReplyText.ErrorName(Body.Span) ?? $"HTTP {Status}";

    /// <summary>A copy of what is in a buffer.</summary>
    public static ClientReply Of(ReadOnlySpan<byte> reply)
    {
        int head = reply.IndexOf("\r\n\r\n"u8);
        return new ClientReply(
            ReplyText.Status(reply),
            ReplyText.TryGetHeader(reply, "Cache-Status: "u8, out ReadOnlySpan<byte> value) ? Encoding.ASCII.GetString(value) : null,
            reply[(head + 4)..].ToArray());
    }
}
