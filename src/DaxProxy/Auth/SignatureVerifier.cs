using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using DaxProxy.Core.Errors;

namespace DaxProxy.Auth;

/// <summary>Verifies the signatures of HTTP requests, in the header or in the query, with the keys of a store.</summary>
/// <remarks>
/// Thread-safe. The checks are made in the service's order and refuse with its texts. A signature in the query is good for as long as it
/// says itself (<c>X-Amz-Expires</c>), otherwise for as long as one in the header. Signed must be <c>Host</c>, and of the headers that
/// decide what is done each that is sent: otherwise who sees a signed request could make another operation of it. The SDKs sign all of
/// them. Source of order and texts: recorded answers of the service.
/// </remarks>
/// <param name="keys">The keys.</param>
/// <param name="sessions">The sessions of roles; null where there are none.</param>
/// <param name="service">The service that signatures must be for: <c>dynamodb</c>.</param>
/// <param name="regions">The regions that signatures may be for.</param>
/// <param name="time">The clock.</param>
internal sealed class SignatureVerifier(KeyStore keys, Sessions? sessions, string service, IReadOnlyList<string> regions, TimeProvider time)
{
    private const string DigestHeader = "x-amz-content-sha256";
    private const int DigestChars = 2 * SHA256.HashSizeInBytes;

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");

    /// <summary>
    /// Lists of signed headers that are kept: one a kind of client. Only true signatures add one, so no stranger can fill it. Beyond so
    /// many kinds none is given up: a list that is not kept is split at each request, which costs little and allocates. A MemoryCache would
    /// make room, but its look-up, on the way of each hit, would allocate a key for every request.
    /// </summary>
    private const int MaxHeaderLists = 256;

    private const string Authority = ":authority";

    /// <summary>The headers that decide what is done, each with the name that lists of signed headers have of it.</summary>
    private static readonly (string Name, string Signed)[] Deciding =
    [
        ("X-Amz-Target", "x-amz-target"),
        ("X-Amz-Date", "x-amz-date"),
        ("X-Amz-Security-Token", "x-amz-security-token"),
        ("X-Amz-Content-Sha256", DigestHeader),
    ];

    private readonly ConcurrentDictionary<string, string[]>.AlternateLookup<ReadOnlySpan<char>> headerLists =
        new ConcurrentDictionary<string, string[]>(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>
    /// What is wrong with the signature of a request whose body has not been read; null when nothing is, as far as its headers tell. Where
    /// they give the digest of the body (<c>x-amz-content-sha256</c>), they tell everything.
    /// </summary>
    /// <param name="request">The request.</param>
    public DynamoError? CheckHead(HttpRequest request)
    {
        DynamoError? error = CheckBeforeSignature(request, out SignatureParts parts, out string[] headers, out _, out AccessKey? key);
        if (error is not null || IsForeign(parts))
        {
            return error ?? SignatureFaults.WrongToken;
        }

        return TryReadDigest(request.Headers[DigestHeader].ToString(), out byte[]? digest)
            ? CheckSignature(request, parts, headers, key!, default, digest)
            : null;
    }

    /// <summary>
    /// What is wrong with the time at which a request was signed; null when nothing is, or when that cannot be told. The service looks at
    /// it before it looks at what the request says.
    /// </summary>
    /// <param name="request">The request.</param>
    public DynamoError? CheckTime(HttpRequest request)
    {
        if (SignatureForm.Check(request) is not null)
        {
            return null;
        }

        SignatureParts parts = SignatureParts.Of(request);
        return SignatureTime.Check(parts.Timestamp, time.GetUtcNow(), parts.Lifetime);
    }

    /// <summary>What is wrong with the signature of a request; null when it is true.</summary>
    /// <param name="request">The request.</param>
    /// <param name="body">Its body.</param>
    /// <param name="bodyHash">SHA-256 of the body as it came, when <paramref name="body"/> is not that any more; otherwise null.</param>
    /// <param name="caller">Whose key it was made with; of a true signature only.</param>
    public DynamoError? Check(HttpRequest request, in ReadOnlySequence<byte> body, byte[]? bodyHash, out Identity? caller)
    {
        DynamoError? error = CheckBeforeSignature(
                request, out SignatureParts parts, out string[] headers, out bool isKnownList, out AccessKey? key)
            ?? CheckSignature(request, parts, headers, key!, body, bodyHash);
        if (error is null && !isKnownList && headerLists.Dictionary.Count < MaxHeaderLists)
        {
            headerLists.TryAdd(parts.SignedHeaders, headers);
        }

        error ??= IsForeign(parts) ? SignatureFaults.WrongToken : null;
        caller = error is null ? key!.Identity : null;
        return error;
    }

    /// <summary>Whether a token came with a lasting key, to which none belongs.</summary>
    private bool IsForeign(in SignatureParts parts) => sessions is null && parts.Token is not null;

    /// <summary>The checks that need neither key nor body, and then the key.</summary>
    private DynamoError? CheckBeforeSignature(
        HttpRequest request, out SignatureParts parts, out string[] headers, out bool isKnownList, out AccessKey? key)
    {
        parts = default;
        headers = [];
        isKnownList = false;
        key = null;
        if (SignatureForm.Check(request) is { } malformed)
        {
            return malformed;
        }

        parts = SignatureParts.Of(request);
        DynamoError? error = SignatureTime.Check(parts.Timestamp, time.GetUtcNow(), parts.Lifetime);
        if (error is not null)
        {
            return error;
        }

        isKnownList = headerLists.TryGetValue(parts.SignedHeaders, out string[]? known);
        headers = known ?? parts.SignedHeaders.ToString().Split(';');
        if ((error = CheckSigned(request, headers)) is not null)
        {
            return error;
        }

        if (!parts.Algorithm.SequenceEqual(SignatureV4.Algorithm))
        {
            return SignatureFaults.UnsupportedAlgorithm(parts.Algorithm.ToString());
        }

        return CheckScope(parts) ?? FindKey(parts.Credential[..parts.Credential.IndexOf('/')], parts.Token, out key);
    }

    private DynamoError? FindKey(ReadOnlySpan<char> id, string? token, out AccessKey? key) => token is not null && sessions is not null
        ? sessions.TryFind(id, token, out key)
        : keys.TryFind(id, out key) ? null : SignatureFaults.UnknownKey;

    private DynamoError? CheckSignature(
        HttpRequest request, in SignatureParts parts, string[] headers, AccessKey key, in ReadOnlySequence<byte> body, byte[]? bodyHash)
    {
        ReadOnlySpan<char> scope = parts.Credential[(parts.Credential.IndexOf('/') + 1)..];
        CanonicalRequest canonical = Canonical(request, parts, headers, body, bodyHash);
        Span<byte> stringToSign = stackalloc byte[SignatureV4.MaxStringBytes(scope)];
        stringToSign = stringToSign[..SignatureV4.WriteStringToSign(stringToSign, parts.Timestamp, scope, canonical.Bytes)];
        Span<byte> signature = stackalloc byte[SignatureV4.SignatureBytes];
        key.KeyFor(scope).Sign(stringToSign, signature);
        return SignatureV4.IsGiven(signature, parts.Signature) && !NamesAnotherBody(request, canonical.Bytes)
            ? null
            : SignatureFaults.WrongSignature(Encoding.UTF8.GetString(canonical.Bytes), Encoding.UTF8.GetString(stringToSign));
    }

    /// <summary>
    /// Whether the headers give the digest of another body. A large body is not read after that (<see cref="CheckHead"/>), so a small one
    /// is not served.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="canonical">The canonical request, which ends with the digest of the body in hexadecimal.</param>
    private static bool NamesAnotherBody(HttpRequest request, ReadOnlySpan<byte> canonical)
    {
        string given = request.Headers[DigestHeader].ToString();
        return given.Length == DigestChars
            && !given.AsSpan().ContainsAnyExcept(HexDigits)
            && !Ascii.EqualsIgnoreCase(canonical[^DigestChars..], given);
    }

    private static bool TryReadDigest(string text, [NotNullWhen(true)] out byte[]? digest)
    {
        digest = null;
        byte[] bytes = new byte[SHA256.HashSizeInBytes];
        if (text.Length != 2 * bytes.Length || Convert.FromHexString(text, bytes, out _, out _) != OperationStatus.Done)
        {
            return false;
        }

        digest = bytes;
        return true;
    }

    private static DynamoError? CheckSigned(HttpRequest request, string[] headers)
    {
        if (Array.IndexOf(headers, "host") < 0 && Array.IndexOf(headers, Authority) < 0)
        {
            return SignatureFaults.HostNotSigned;
        }

        foreach ((string name, string signed) in Deciding)
        {
            if (Array.IndexOf(headers, signed) < 0 && request.Headers.ContainsKey(name))
            {
                return SignatureFaults.HeaderNotSigned(name);
            }
        }

        return null;
    }

    private DynamoError? CheckScope(in SignatureParts parts)
    {
        Span<Range> ranges = stackalloc Range[6];
        ReadOnlySpan<char> credential = parts.Credential;
        if (credential.Split(ranges, '/') != 5)
        {
            return SignatureFaults.CredentialShape(credential.ToString());
        }

        ReadOnlySpan<char> date = credential[ranges[1]], givenRegion = credential[ranges[2]], terminator = credential[ranges[4]];
        bool isOurRegion = IsOurs(givenRegion), isOurService = credential[ranges[3]].SequenceEqual(service);
        bool isTerminated = terminator.SequenceEqual(SignatureV4.Terminator), isOfTheDay = date.SequenceEqual(parts.Timestamp[..8]);
        return isOurRegion && isOurService && isTerminated && isOfTheDay ? null : SignatureFaults.CredentialScope(
        [
            isOurRegion ? "" : SignatureFaults.WrongRegion(givenRegion.ToString()),
            isOurService ? "" : SignatureFaults.WrongService(service),
            isTerminated ? "" : SignatureFaults.WrongTerminator(terminator.ToString()),
            isOfTheDay ? "" : SignatureFaults.WrongDate(date.ToString(), parts.Timestamp[..8].ToString(), parts.Timestamp.ToString()),
        ]);
    }

    private bool IsOurs(ReadOnlySpan<char> region)
    {
        for (int index = 0; index < regions.Count; index++)
        {
            if (region.SequenceEqual(regions[index]))
            {
                return true;
            }
        }

        return false;
    }

    private static CanonicalRequest Canonical(
        HttpRequest request, in SignatureParts parts, string[] headers, in ReadOnlySequence<byte> body, byte[]? bodyHash)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        if (bodyHash is not null)
        {
            bodyHash.CopyTo(hash);
        }
        else
        {
            Digest.Of(body, hash);
        }

        string query = request.QueryString.HasValue ? CanonicalQuery.Of(request.QueryString.Value.AsSpan(1)) : "";
        CanonicalRequest canonical = CanonicalRequest.Begin(request.Method, request.Path.Value ?? "/", query);
        foreach (string header in headers)
        {
            canonical.AddHeader(header, header == Authority ? request.Headers.Host : request.Headers[header]);
        }

        canonical.End(parts.SignedHeaders, hash);
        return canonical;
    }

    /// <summary>SHA-256 of a body.</summary>
    public static byte[] HashOf(in ReadOnlySequence<byte> body)
    {
        byte[] hash = new byte[SHA256.HashSizeInBytes];
        Digest.Of(body, hash);
        return hash;
    }
}
