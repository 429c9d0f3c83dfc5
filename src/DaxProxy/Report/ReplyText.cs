using System.Buffers.Text;
using System.Text;

namespace DaxProxy.Report;

/// <summary>Reads the little of a reply that a report needs, without decoding it. Pure functions.</summary>
internal static class ReplyText
{
    private static ReadOnlySpan<byte> CacheStatus => "Cache-Status: "u8;

    private static ReadOnlySpan<byte> Type => "\"__type\":\""u8;

    private static ReadOnlySpan<byte> CountMember => "\"Count\":"u8;

    /// <summary>HTTP status; 0 when there is none.</summary>
    public static int Status(ReadOnlySpan<byte> reply) =>
        reply.StartsWith("HTTP/1.1 "u8) && Utf8Parser.TryParse(reply["HTTP/1.1 ".Length..], out int status, out _) ? status : 0;

    /// <summary>Whether a DaxProxy answered from its cache.</summary>
    public static bool IsHit(ReadOnlySpan<byte> reply) =>
        TryGetHeader(reply, CacheStatus, out ReadOnlySpan<byte> value) && value.StartsWith("DaxProxy; hit"u8);

    /// <summary>How many items a page says it has; 0 when it says nothing.</summary>
    public static int Count(ReadOnlySpan<byte> reply)
    {
        int at = reply.IndexOf(CountMember);
        return at >= 0 && Utf8Parser.TryParse(reply[(at + CountMember.Length)..].TrimStart((byte)' '), out int count, out _) ? count : 0;
    }

    /// <summary>The name of the error in a body, without its prefix; null when it names none.</summary>
    public static string? ErrorName(ReadOnlySpan<byte> reply)
    {
        int at = reply.IndexOf(Type);
        if (at < 0)
        {
            return null;
        }

        ReadOnlySpan<byte> name = reply[(at + Type.Length)..];
        int end = name.IndexOf((byte)'"');
        name = name[..Math.Max(0, end)];
        name = name[(name.LastIndexOf((byte)'#') + 1)..];
        return name.Length is > 0 and < 100 && name.IndexOfAnyExceptInRange((byte)'A', (byte)'z') < 0
            ? Encoding.ASCII.GetString(name)
            : null;
    }

    /// <summary>The value of a header.</summary>
    /// <param name="reply">The reply.</param>
    /// <param name="name">Its name, with colon and blank.</param>
    /// <param name="value">The value.</param>
    public static bool TryGetHeader(ReadOnlySpan<byte> reply, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        for (int end = reply.IndexOf("\r\n"u8); end > 0; end = reply.IndexOf("\r\n"u8))
        {
            ReadOnlySpan<byte> line = reply[..end];
            if (line.Length >= name.Length && Ascii.EqualsIgnoreCase(line[..name.Length], name))
            {
                value = line[name.Length..];
                return true;
            }

            reply = reply[(end + 2)..];
        }

        value = default;
        return false;
    }
}
