using System.Text;
using Microsoft.Extensions.Primitives;

namespace DaxProxy.Auth;

/// <summary>A request in the form that is signed: method, path, query, the signed headers, and the hash of the body, a line each.</summary>
/// <remarks>
/// Each thread has one, which is used again: what <see cref="Begin"/> gives is good until the thread's next one, and must not be kept over
/// an await. Source: "Create a signed AWS API request" of the IAM user guide.
/// </remarks>
internal sealed class CanonicalRequest
{
    [ThreadStatic]
    private static CanonicalRequest? ofThread;

    private byte[] buffer = new byte[2048];
    private int length;

    private CanonicalRequest()
    {
    }

    /// <summary>The form, as UTF-8; complete after <see cref="End"/>.</summary>
    public ReadOnlySpan<byte> Bytes => buffer.AsSpan(0, length);

    /// <summary>Begins a request.</summary>
    /// <param name="method">The method.</param>
    /// <param name="path">The path in its canonical form.</param>
    /// <param name="query">The query in its canonical form, without question mark.</param>
    public static CanonicalRequest Begin(ReadOnlySpan<char> method, ReadOnlySpan<char> path, ReadOnlySpan<char> query)
    {
        CanonicalRequest request = ofThread ??= new CanonicalRequest();
        request.length = 0;
        request.AddLine(method);
        request.AddLine(path);
        request.AddLine(query);
        return request;
    }

    /// <summary>Adds a signed header, in the order of their names.</summary>
    /// <param name="name">The name in lower case.</param>
    /// <param name="values">All values it has: without blanks around them, blanks within as one, joined by commas.</param>
    public void AddHeader(ReadOnlySpan<char> name, StringValues values)
    {
        Add(name);
        Add(':');
        for (int index = 0; index < values.Count; index++)
        {
            if (index > 0)
            {
                Add(',');
            }

            AddTrimmed(values[index].AsSpan().Trim(' '));
        }

        Add('\n');
    }

    /// <summary>Ends the request.</summary>
    /// <param name="signedHeaders">Names of the headers, with semicolons between them.</param>
    /// <param name="bodyHash">SHA-256 of the body.</param>
    public void End(ReadOnlySpan<char> signedHeaders, ReadOnlySpan<byte> bodyHash)
    {
        Span<char> hex = stackalloc char[128];
        Convert.TryToHexStringLower(bodyHash, hex, out int digits);
        Add('\n');
        AddLine(signedHeaders);
        Add(hex[..digits]);
    }

    private void AddTrimmed(ReadOnlySpan<char> value)
    {
        for (int gap = value.IndexOf("  "); gap >= 0; gap = value.IndexOf("  "))
        {
            Add(value[..(gap + 1)]);
            value = value[gap..].TrimStart(' ');
        }

        Add(value);
    }

    private void AddLine(ReadOnlySpan<char> text)
    {
        Add(text);
        Add('\n');
    }

    private void Add(char separator)
    {
        if (length == buffer.Length)
        {
            Array.Resize(ref buffer, buffer.Length * 2);
        }

        buffer[length++] = (byte)separator;
    }

    private void Add(ReadOnlySpan<char> text)
    {
        int count;
        while (!Encoding.UTF8.TryGetBytes(text, buffer.AsSpan(length), out count))
        {
            Array.Resize(ref buffer, buffer.Length * 2);
        }

        length += count;
    }
}
