using DaxProxy.Core.Errors;
using Microsoft.Extensions.Primitives;

namespace DaxProxy.Auth;

/// <summary>Checks that a request carries a signature, and that no part of it is missing; verifies nothing.</summary>
/// <remarks>Thread-safe; a good request costs no allocation. Source of order and texts: recorded answers of the service.</remarks>
public static class SignatureForm
{
    /// <summary>What the credential in the header stands behind.</summary>
    internal const string Credential = "Credential=";

    /// <summary>What the list of signed headers in the header stands behind.</summary>
    internal const string SignedHeaders = "SignedHeaders=";

    /// <summary>What the signature in the header stands behind.</summary>
    internal const string Signature = "Signature=";

    private const string AlgorithmParameter = "X-Amz-Algorithm";

    private static readonly string[] QueryParameters =
        [AlgorithmParameter, "X-Amz-Credential", "X-Amz-Signature", "X-Amz-SignedHeaders", "X-Amz-Date"];

    /// <summary>What is wrong with the form of the signature; null when nothing is.</summary>
    public static DynamoError? Check(HttpRequest request)
    {
        StringValues header = request.Headers.Authorization;
        bool isPresigned = request.QueryString.HasValue && request.Query.ContainsKey(AlgorithmParameter);
        if (header.Count > 0)
        {
            return isPresigned ? SignatureFaults.SignedTwice : CheckHeader(request, header.ToString());
        }

        return isPresigned ? CheckQuery(request.Query) : SignatureFaults.MissingAuthenticationToken;
    }

    private static DynamoError? CheckHeader(HttpRequest request, string header) =>
        IsAsSdksWriteIt(header) && request.Headers.ContainsKey("X-Amz-Date") ? null : CheckParts(request, header);

    /// <summary>Whether all parts are there in the order in which SDKs write them, which takes one pass; if not, they may be there yet.</summary>
    private static bool IsAsSdksWriteIt(ReadOnlySpan<char> header)
    {
        const string Beginning = SignatureV4.Algorithm + " " + Credential;
        if (!header.StartsWith(Beginning, StringComparison.Ordinal) || !TryTakePart(header[Beginning.Length..], out ReadOnlySpan<char> rest)
            || !rest.StartsWith(SignedHeaders, StringComparison.Ordinal) || !TryTakePart(rest[SignedHeaders.Length..], out rest))
        {
            return false;
        }

        return rest.Length > Signature.Length && rest.StartsWith(Signature, StringComparison.Ordinal) && rest[Signature.Length] is not (',' or ' ');
    }

    /// <summary>Steps over a value and the comma and blank behind it; false if the value is empty or the last.</summary>
    private static bool TryTakePart(ReadOnlySpan<char> text, out ReadOnlySpan<char> rest)
    {
        int comma = text.IndexOf(',');
        rest = comma > 0 && text[0] != ' ' ? text[(comma + 1)..] : default;
        rest = rest.StartsWith(' ') ? rest[1..] : rest;
        return !rest.IsEmpty;
    }

    private static DynamoError? CheckParts(HttpRequest request, string header)
    {
        if (!header.StartsWith("AWS4-", StringComparison.Ordinal))
        {
            return SignatureFaults.MissingAuthenticationToken;
        }

        bool hasCredential = !ValueOf(header, Credential).IsEmpty;
        bool hasSignature = !ValueOf(header, Signature).IsEmpty;
        bool hasSignedHeaders = !ValueOf(header, SignedHeaders).IsEmpty;
        bool hasDate = request.Headers.ContainsKey("X-Amz-Date") || request.Headers.ContainsKey("Date");
        return hasCredential && hasSignature && hasSignedHeaders && hasDate
            ? null
            : SignatureFaults.IncompleteHeader(hasCredential, hasSignature, hasSignedHeaders, hasDate, header);
    }

    /// <summary>The value of a part that stands after the algorithm, behind a blank or comma; empty when there is none.</summary>
    internal static ReadOnlySpan<char> ValueOf(ReadOnlySpan<char> header, string name)
    {
        for (int at = header.IndexOf(name); at >= 0;)
        {
            ReadOnlySpan<char> value = header[(at + name.Length)..];
            if (at > 0 && header[at - 1] is (' ' or ','))
            {
                int end = value.IndexOfAny(',', ' ');
                return end < 0 ? value : value[..end];
            }

            int next = value.IndexOf(name);
            at = next < 0 ? -1 : at + name.Length + next;
        }

        return default;
    }

    private static DynamoError? CheckQuery(IQueryCollection query)
    {
        List<string> missing = [.. QueryParameters.Where(name => string.IsNullOrEmpty(query[name]))];
        return missing.Count == 0 ? null : SignatureFaults.IncompleteQuery(missing);
    }
}
