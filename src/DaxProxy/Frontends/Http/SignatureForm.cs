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

    private static DynamoError? CheckHeader(HttpRequest request, string header)
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
