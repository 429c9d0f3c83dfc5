using DaxProxy.Core.Errors;
using Microsoft.Extensions.Primitives;

namespace DaxProxy.Frontends.Http;

/// <summary>Checks that a request carries a signature, and that no part of it is missing; verifies nothing.</summary>
/// <remarks>Thread-safe; a good request costs no allocation. Source of order and texts: recorded answers of the service.</remarks>
public static class SignatureForm
{
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
            return isPresigned ? TransportFaults.SignedTwice : CheckHeader(request, header.ToString());
        }

        return isPresigned ? CheckQuery(request.Query) : TransportFaults.MissingAuthenticationToken;
    }

    private static DynamoError? CheckHeader(HttpRequest request, string header) =>
        IsAsSdksWriteIt(header) && request.Headers.ContainsKey("X-Amz-Date") ? null : CheckParts(request, header);

    /// <summary>Whether all parts are there in the order in which SDKs write them, which takes one pass; if not, they may be there yet.</summary>
    private static bool IsAsSdksWriteIt(ReadOnlySpan<char> header)
    {
        const string Beginning = "AWS4-HMAC-SHA256 Credential=";
        const string SignedHeaders = "SignedHeaders=";
        const string Signature = "Signature=";
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
            return TransportFaults.MissingAuthenticationToken;
        }

        bool hasCredential = HasPart(header, "Credential=");
        bool hasSignature = HasPart(header, "Signature=");
        bool hasSignedHeaders = HasPart(header, "SignedHeaders=");
        bool hasDate = request.Headers.ContainsKey("X-Amz-Date") || request.Headers.ContainsKey("Date");
        return hasCredential && hasSignature && hasSignedHeaders && hasDate
            ? null
            : TransportFaults.IncompleteHeader(hasCredential, hasSignature, hasSignedHeaders, hasDate, header);
    }

    /// <summary>Whether a part stands after the algorithm, behind a blank or comma, with a value.</summary>
    private static bool HasPart(string header, string name)
    {
        int at = header.IndexOf(name, StringComparison.Ordinal);
        while (at > 0 && header[at - 1] is not (' ' or ','))
        {
            at = header.IndexOf(name, at + 1, StringComparison.Ordinal);
        }

        int value = at + name.Length;
        return at > 0 && value < header.Length && header[value] is not (',' or ' ');
    }

    private static DynamoError? CheckQuery(IQueryCollection query)
    {
        List<string> missing = [.. QueryParameters.Where(name => string.IsNullOrEmpty(query[name]))];
        return missing.Count == 0 ? null : TransportFaults.IncompleteQuery(missing);
    }
}
