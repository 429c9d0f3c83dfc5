using Microsoft.Extensions.Primitives;

namespace DaxProxy.Auth;

/// <summary>The parts of a signature whose form <see cref="SignatureForm"/> has found complete, from the header or the query.</summary>
internal readonly ref struct SignatureParts
{
    private const string Header = "X-Amz-Date";
    private const string TokenHeader = "X-Amz-Security-Token";

    /// <summary>How it was made.</summary>
    public required ReadOnlySpan<char> Algorithm { get; init; }

    /// <summary>Id of the access key, and the scope.</summary>
    public required ReadOnlySpan<char> Credential { get; init; }

    /// <summary>Names of the headers that are signed, with semicolons between them.</summary>
    public required ReadOnlySpan<char> SignedHeaders { get; init; }

    /// <summary>The signature in hexadecimal digits.</summary>
    public required ReadOnlySpan<char> Signature { get; init; }

    /// <summary>When it was made.</summary>
    public required ReadOnlySpan<char> Timestamp { get; init; }

    /// <summary>For how many seconds it is good, as the query says; null for the time that every signature is.</summary>
    public string? Lifetime { get; init; }

    /// <summary>The session token that came with it; null for none.</summary>
    public required string? Token { get; init; }

    /// <summary>Takes them from a request.</summary>
    public static SignatureParts Of(HttpRequest request)
    {
        IHeaderDictionary headers = request.Headers;
        if (headers.Authorization.Count == 0)
        {
            IQueryCollection query = request.Query;
            return new SignatureParts
            {
                Algorithm = query["X-Amz-Algorithm"].ToString(),
                Credential = query["X-Amz-Credential"].ToString(),
                SignedHeaders = query["X-Amz-SignedHeaders"].ToString(),
                Signature = query["X-Amz-Signature"].ToString(),
                Timestamp = query[Header].ToString(),
                Lifetime = query.TryGetValue("X-Amz-Expires", out StringValues lifetime)
                    ? lifetime.ToString()
                    : null,
                Token = TokenIn(headers)
                    ?? (query.TryGetValue(TokenHeader, out StringValues token) ? token.ToString() : null),
            };
        }

        string header = headers.Authorization.ToString();
        if (!SignatureForm.TrySplit(
            header, out ReadOnlySpan<char> credential, out ReadOnlySpan<char> signedHeaders, out ReadOnlySpan<char> signature))
        {
            credential = SignatureForm.ValueOf(header, SignatureForm.Credential);
            signedHeaders = SignatureForm.ValueOf(header, SignatureForm.SignedHeaders);
            signature = SignatureForm.ValueOf(header, SignatureForm.Signature);
        }

        return new SignatureParts
        {
            Algorithm = header.AsSpan(0, header.AsSpan().IndexOfAny(' ', ',')),
            Credential = credential,
            SignedHeaders = signedHeaders,
            Signature = signature,
            Timestamp = headers.TryGetValue(Header, out StringValues date)
                ? date.ToString()
                : headers.Date.ToString(),
            Token = TokenIn(headers),
        };
    }

    /// <summary>Id of the access key that a request names, also if something else is wrong with it; null where it names none.</summary>
    public static string? KeyIdOf(HttpRequest request)
    {
        string header = request.Headers.Authorization.ToString();
        ReadOnlySpan<char> credential = header.Length > 0
            ? SignatureForm.ValueOf(header, SignatureForm.Credential)
            : request.Query["X-Amz-Credential"].ToString();
        int end = credential.IndexOf('/');
        credential = end < 0 ? credential : credential[..end];
        return credential.IsEmpty ? null : credential.ToString();
    }

    private static string? TokenIn(IHeaderDictionary headers) =>
        headers.TryGetValue(TokenHeader, out StringValues token) ? token.ToString() : null;
}
