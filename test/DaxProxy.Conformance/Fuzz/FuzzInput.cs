using System.Text;

namespace DaxProxy.Conformance.Fuzz;

/// <summary>Bytes to send to a front end.</summary>
/// <param name="Bytes">The bytes, or what is to be framed as the body of a request.</param>
/// <param name="Target">The value of <c>X-Amz-Target</c>, or the path; empty where the bytes say all.</param>
/// <param name="IsRaw">Whether the bytes are all that is sent over a connection of its own, whose sending side is closed behind
/// them.</param>
internal sealed record FuzzInput(byte[] Bytes, string Target, bool IsRaw)
{
    /// <summary>The input in a form that can be put into a test.</summary>
    public override string ToString() => $"{(IsRaw ? "raw" : Target)} base64:{Convert.ToBase64String(Bytes)}\n{Printable()}";

    private string Printable() =>
        new([.. Encoding.Latin1.GetString(Bytes).Select(letter => letter is >= ' ' and <= '~' or '\n' ? letter : '?')]);
}
