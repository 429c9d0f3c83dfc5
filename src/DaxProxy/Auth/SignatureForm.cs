using DaxProxy.Core.Errors;
using Microsoft.Extensions.Primitives;

namespace DaxProxy.Auth;

/// <summary>Checks that a request carries a signature, and that no part of it is missing; verifies nothing.</summary>
/// <remarks>Thread-safe; a good request costs no allocation. Source of order and texts: recorded answers of the service.</remarks>
internal static class SignatureForm
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
            return isPresigned ? SignatureFaults.SignedTwice
                : header.Count > 1 ? SignatureFaults.SeveralHeaders
                : CheckHeader(request, header.ToString());
        }

        return isPresigned ? CheckQuery(request.Query) : SignatureFaults.MissingAuthenticationToken;
    }

    private static DynamoError? CheckHeader(HttpRequest request, string header) =>
        TrySplit(header, out _, out _, out _) && request.Headers.ContainsKey("X-Amz-Date") ? null : CheckParts(request, header);

    /// <summary>
    /// The parts of a header in which all are there in the order in which SDKs write them, which takes one pass; if not, they may be there
    /// yet.
    /// </summary>
    internal static bool TrySplit(
        ReadOnlySpan<char> header,
        out ReadOnlySpan<char> credential,
        out ReadOnlySpan<char> signedHeaders,
        out ReadOnlySpan<char> signature)
    {
        const string Beginning = SignatureV4.Algorithm + " " + Credential;
        signedHeaders = default;
        signature = default;
        if (!TryTakePart(header, Beginning, out credential, out ReadOnlySpan<char> rest)
            || !TryTakePart(rest, SignedHeaders, out signedHeaders, out rest)
            || !rest.StartsWith(Signature, StringComparison.Ordinal))
        {
            return false;
        }

        signature = rest[Signature.Length..];
        return !signature.IsEmpty && !signature.ContainsAny(',', ' ');
    }

    /// <summary>
    /// Takes a value and steps over the comma and blank behind it; false if the value is empty, has a blank in it or is the last.
    /// </summary>
    private static bool TryTakePart(ReadOnlySpan<char> text, string name, out ReadOnlySpan<char> value, out ReadOnlySpan<char> rest)
    {
        value = default;
        rest = default;
        if (!text.StartsWith(name, StringComparison.Ordinal))
        {
            return false;
        }

        text = text[name.Length..];
        int end = text.IndexOfAny(',', ' ');
        if (end <= 0 || text[end] != ',')
        {
            return false;
        }

        value = text[..end];
        rest = text[(end + 1)..];
        rest = rest.StartsWith(' ') ? rest[1..] : rest;
        return true;
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
