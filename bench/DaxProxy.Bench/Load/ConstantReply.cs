using System.Text;

namespace DaxProxy.Bench.Load;

/// <summary>A reply that a proxy once gave: what the server of constant replies sends. Handed over as text on standard input.</summary>
internal sealed record ConstantReply(IReadOnlyDictionary<string, string> Headers, string Body)
{
    /// <summary>Headers that every server of Kestrel sends by itself.</summary>
    private static readonly HashSet<string> Automatic = new(StringComparer.OrdinalIgnoreCase) { "Content-Length", "Date" };

    /// <summary>Reads a reply as it came over the wire.</summary>
    public static ConstantReply Of(ReadOnlySpan<byte> reply)
    {
        string[] parts = Encoding.UTF8.GetString(reply).Split("\r\n\r\n", 2);
        Dictionary<string, string> headers = parts[0].Split("\r\n").Skip(1)
            .Select(line => line.Split(": ", 2))
            .Where(header => !Automatic.Contains(header[0]))
            .ToDictionary(header => header[0], header => header[1]);
        return new ConstantReply(headers, parts[1]);
    }
}
