using System.Text;
using System.Text.Json;

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

    /// <summary>The first line of the error's text. What may follow can quote the request, the token of its session included.</summary>
    public string ErrorText
    {
        get
        {
            try
            {
                using JsonDocument body = JsonDocument.Parse(Body);
                return (TextOf(body, "message") ?? TextOf(body, "Message") ?? "").Split('\n')[0].Trim();
            }
            catch (JsonException)
            {
                return "";
            }
        }
    }

    /// <summary>A copy of what is in a buffer.</summary>
    public static ClientReply Of(ReadOnlySpan<byte> reply)
    {
        int head = reply.IndexOf("\r\n\r\n"u8);
        return new ClientReply(
            ReplyText.Status(reply),
            ReplyText.TryGetHeader(reply, "Cache-Status: "u8, out ReadOnlySpan<byte> value) ? Encoding.ASCII.GetString(value) : null,
            reply[(head + 4)..].ToArray());
    }

    private static string? TextOf(JsonDocument body, string name) =>
        body.RootElement.ValueKind == JsonValueKind.Object && body.RootElement.TryGetProperty(name, out JsonElement text) && text.ValueKind == JsonValueKind.String
            ? text.GetString()
            : null;
}
