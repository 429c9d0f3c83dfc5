using System.Text.Json;

namespace DaxProxy.Frontends.Http;

/// <summary>What a body takes of memory once it is parsed, found out before it is. Pure functions.</summary>
internal static class JsonSize
{
    /// <summary>
    /// What a token takes: the parser notes twelve bytes of each, in an array that is copied into one of twice the size when it is full;
    /// what becomes of the token is about as much.
    /// </summary>
    private const int BytesPerToken = 64;

    /// <summary>Deeper than any body that is read; one that is deeper yet is refused where it is parsed.</summary>
    private const int MaxDepth = 1024;

    /// <summary>
    /// Whether the tokens of a body stay within a limit; those up to the fault when it is no JSON, as the parser gets no further.
    /// </summary>
    /// <param name="body">The body.</param>
    /// <param name="maxBytes">The limit.</param>
    public static bool IsWithin(ReadOnlySpan<byte> body, long maxBytes)
    {
        long left = maxBytes / BytesPerToken;
        Utf8JsonReader reader = new(body, new JsonReaderOptions { MaxDepth = MaxDepth });
        try
        {
            while (left >= 0 && reader.Read())
            {
                left--;
            }
        }
        catch (JsonException)
        {
            // The parser will say so.
        }

        return left >= 0;
    }
}
