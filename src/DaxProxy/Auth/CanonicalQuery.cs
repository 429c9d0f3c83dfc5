namespace DaxProxy.Auth;

/// <summary>
/// The query of a request in the form that is signed: every name and value escaped alike, in their order, without the signature.
/// </summary>
/// <remarks>Pure functions. Source: "Create a signed AWS API request" of the IAM user guide.</remarks>
internal static class CanonicalQuery
{
    /// <summary>The form of a query as it was sent, without its question mark.</summary>
    public static string Of(ReadOnlySpan<char> query)
    {
        List<(string Name, string Value)> parameters = [];
        foreach (Range range in query.Split('&'))
        {
            ReadOnlySpan<char> parameter = query[range];
            int equals = parameter.IndexOf('=');
            string name = Escape(equals < 0 ? parameter : parameter[..equals]);
            if (!parameter.IsEmpty && name != "X-Amz-Signature")
            {
                parameters.Add((name, equals < 0 ? "" : Escape(parameter[(equals + 1)..])));
            }
        }

        parameters.Sort((left, right) =>
            string.CompareOrdinal(left.Name, right.Name) is var order and not 0 ? order : string.CompareOrdinal(left.Value, right.Value));
        return string.Join('&', parameters.Select(parameter => $"{parameter.Name}={parameter.Value}"));
    }

    /// <summary>Escapes all but letters, digits and <c>-_.~</c>; a text that is escaped already is not escaped twice.</summary>
    private static string Escape(ReadOnlySpan<char> text) => Uri.EscapeDataString(Uri.UnescapeDataString(text));
}
