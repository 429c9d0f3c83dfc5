using System.Buffers;
using System.Globalization;
using System.Text;

namespace DaxProxy.Conformance.Remote;

/// <summary>A request as it arrived at the link.</summary>
/// <param name="Head">The request line and the headers.</param>
/// <param name="Body">The body.</param>
internal sealed record LinkRequest(string Head, byte[] Body)
{
    /// <summary>The value of <c>X-Amz-Target</c>.</summary>
    public string Target => Header("X-Amz-Target");

    /// <summary>The name of its operation.</summary>
    public string Operation { get; } = HeaderOf(Head, "X-Amz-Target").Split('.')[^1];

    /// <summary>The body as text.</summary>
    public string Text { get; } = Encoding.UTF8.GetString(Body);

    /// <summary>A header; empty when there is none.</summary>
    public string Header(string name) => HeaderOf(Head, name);

    /// <summary>The request that these bytes begin with; null while it is not whole.</summary>
    public static LinkRequest? Read(in ReadOnlySequence<byte> bytes, out SequencePosition end)
    {
        end = bytes.Start;
        byte[] all = bytes.ToArray();
        int head = all.AsSpan().IndexOf("\r\n\r\n"u8);
        if (head < 0)
        {
            return null;
        }

        string text = Encoding.ASCII.GetString(all, 0, head);
        int length = int.Parse(HeaderOf(text, "Content-Length"), CultureInfo.InvariantCulture);
        int from = head + 4;
        if (all.Length < from + length)
        {
            return null;
        }

        end = bytes.GetPosition(from + length);
        return new LinkRequest(text, all[from..(from + length)]);
    }

    private static string HeaderOf(string head, string name)
    {
        string? line = head.Split("\r\n").FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase));
        return line is null ? "" : line[(name.Length + 1)..].Trim();
    }
}
