using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Text;
using DaxProxy.Load;

namespace DaxProxy.Bench.Baselines;

/// <summary>
/// A connection that speaks the protocol of Redis, for commands that are answered with one string. Source: redis.io, "Redis serialization
/// protocol".
/// </summary>
internal sealed class RespConnection : LoadConnection
{
    /// <summary>Several connections.</summary>
    public static LoadConnection[] Open(EndPoint server, int count) => [.. Enumerable.Range(0, count).Select(_ =>
    {
        RespConnection connection = new();
        connection.Connect(server);
        return connection;
    })];

    /// <summary>A command with its arguments.</summary>
    public static byte[] Command(params string[] words) => Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"*{words.Length}\r\n{string.Concat(words.Select(word => $"${Encoding.UTF8.GetByteCount(word)}\r\n{word}\r\n"))}"));

    /// <inheritdoc/>
    protected override int LengthOf(ReadOnlySpan<byte> reply)
    {
        int line = reply.IndexOf("\r\n"u8);
        return line < 0 ? 0
            : reply[0] == '+' ? line + 2
            : reply[0] == '$' && Utf8Parser.TryParse(reply[1..line], out int bytes, out _) && bytes >= 0 ? line + 2 + bytes + 2
            : throw new IOException("Not the reply of a measurement: " + Encoding.UTF8.GetString(reply));
    }
}
