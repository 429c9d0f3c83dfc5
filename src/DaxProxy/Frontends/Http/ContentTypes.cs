namespace DaxProxy.Frontends.Http;

/// <summary>The content types of the protocol.</summary>
internal static class ContentTypes
{
    /// <summary>What SDKs send.</summary>
    public const string AmazonJson = "application/x-amz-json-1.0";

    /// <summary>What else is understood, and what an answer says unless the request said <see cref="AmazonJson"/>.</summary>
    public const string Json = "application/json";

    /// <summary>Whether a request of this type is read at all; parameters do not matter.</summary>
    public static bool IsAccepted(string? contentType) =>
        contentType == AmazonJson || Is(contentType, AmazonJson) || Is(contentType, Json);

    /// <summary>The type to answer with.</summary>
    public static string ForAnswerTo(string? contentType) =>
        contentType == AmazonJson || Is(contentType, AmazonJson) ? AmazonJson : Json;

    private static bool Is(string? contentType, string expected)
    {
        ReadOnlySpan<char> given = contentType;
        int semicolon = given.IndexOf(';');
        return (semicolon < 0 ? given : given[..semicolon]).Trim().Equals(expected, StringComparison.OrdinalIgnoreCase);
    }
}
