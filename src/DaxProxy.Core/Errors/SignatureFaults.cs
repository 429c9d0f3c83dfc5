namespace DaxProxy.Core.Errors;

/// <summary>Refusals of requests whose signature is missing, malformed or wrong. Source: recorded answers of the service.</summary>
public static class SignatureFaults
{
    private const string Incomplete = "IncompleteSignatureException";
    private const string Invalid = "InvalidSignatureException";
    private const string Unrecognized = "UnrecognizedClientException";

    /// <summary>No signature at all.</summary>
    public static DynamoError MissingAuthenticationToken { get; } =
        DynamoError.Transport("MissingAuthenticationTokenException", "Request is missing Authentication Token");

    /// <summary>A signature in the header and another in the query.</summary>
    public static DynamoError SignedTwice { get; } = DynamoError.Transport(
        Invalid, "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.");

    /// <summary>
    /// Several headers with a signature each. Ours, in the words of <see cref="SignedTwice"/>: the service's are not known.
    /// </summary>
    public static DynamoError SeveralHeaders { get; } = DynamoError.Transport(Invalid, "Found more than one 'Authorization' HTTP header.");

    /// <summary>The header <c>Host</c> is not signed, nor what HTTP/2 has instead.</summary>
    public static DynamoError HostNotSigned { get; } =
        DynamoError.Transport(Invalid, "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");

    /// <summary>
    /// A header that decides what is done is sent, but not signed. Ours, in the words of <see cref="HostNotSigned"/>: the service's are
    /// not known.
    /// </summary>
    public static DynamoError HeaderNotSigned(string name) =>
        DynamoError.Transport(Invalid, $"'{name}' must be a 'SignedHeader' in the AWS Authorization.");

    /// <summary>
    /// A lifetime in the query that is no number of seconds between one and a week. Source: what Amazon S3 says, the only service that
    /// documents it.
    /// </summary>
    public static DynamoError LifetimeOutOfBounds { get; } =
        DynamoError.Transport(Incomplete, "X-Amz-Expires must be a number of seconds between 1 and 604800, which is a week");

    /// <summary>The lifetime that the query gives the signature is over. All times as in <c>20150830T123600Z</c>.</summary>
    public static DynamoError LifetimeOver(string given, string earliest, string now, int seconds) =>
        DynamoError.Transport(Invalid, $"Signature expired: {given} is now earlier than {earliest} ({now} - {seconds} sec.)");

    /// <summary>There is no such access key.</summary>
    public static DynamoError UnknownKey { get; } =
        DynamoError.Transport(Unrecognized, "The security token included in the request is invalid.");

    /// <summary>A session token that does not belong to the access key.</summary>
    public static DynamoError WrongToken { get; } =
        DynamoError.Transport(Unrecognized, "The security token included in the request is invalid");

    /// <summary>The session that a token belongs to is over.</summary>
    public static DynamoError ExpiredToken { get; } =
        DynamoError.Transport("ExpiredTokenException", "The security token included in the request is expired");

    /// <summary>A signature in the header that lacks parts: one sentence for each, then the header as sent.</summary>
    public static DynamoError IncompleteHeader(bool hasCredential, bool hasSignature, bool hasSignedHeaders, bool hasDate, string header) =>
        DynamoError.Transport(Incomplete, string.Concat(
        [
            hasCredential ? "" : "Authorization header requires 'Credential' parameter. ",
            hasSignature ? "" : "Authorization header requires 'Signature' parameter. ",
            hasSignedHeaders ? "" : "Authorization header requires 'SignedHeaders' parameter. ",
            hasDate ? "" : "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ",
            "Authorization=",
            header,
        ]));

    /// <summary>A signature in the query that lacks parts: one sentence for each.</summary>
    public static DynamoError IncompleteQuery(IEnumerable<string> missing) => DynamoError.Transport(
        Incomplete,
        string.Concat(missing.Select(name => $"AWS query-string parameters must include '{name}'. "))
        + "Re-examine the query-string parameters.");

    /// <summary>The time of the signature is not written as it must be.</summary>
    public static DynamoError DateFormat(string given) => DynamoError.Transport(
        Incomplete, $"Date must be in ISO-8601 'basic format'. Got '{given}'. See http://en.wikipedia.org/wiki/ISO_8601");

    /// <summary>The signature is too old. All times as in <c>20150830T123600Z</c>.</summary>
    public static DynamoError Expired(string given, string earliest, string now) =>
        DynamoError.Transport(Invalid, $"Signature expired: {given} is now earlier than {earliest} ({now} - 15 min.)");

    /// <summary>The signature is of too far ahead. All times as in <c>20150830T123600Z</c>.</summary>
    public static DynamoError NotYetCurrent(string given, string latest, string now) =>
        DynamoError.Transport(Invalid, $"Signature not yet current: {given} is still later than {latest} ({now} + 15 min.)");

    /// <summary>An algorithm that is not ours.</summary>
    public static DynamoError UnsupportedAlgorithm(string given) =>
        DynamoError.Transport(Incomplete, $"Unsupported AWS 'algorithm': '{given}' (only AWS4-HMAC-SHA256 for now). ");

    /// <summary>A credential that does not consist of five parts.</summary>
    public static DynamoError CredentialShape(string given) => DynamoError.Transport(
        Incomplete, $"Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '{given}'");

    /// <summary>A credential for something else: the sentences of the parts that are wrong, one after the other.</summary>
    public static DynamoError CredentialScope(IEnumerable<string> faults) => DynamoError.Transport(Invalid, string.Concat(faults));

    /// <summary>The part of <see cref="CredentialScope"/> on the region.</summary>
    public static string WrongRegion(string given) => $"Credential should be scoped to a valid region, not '{given}'. ";

    /// <summary>The part of <see cref="CredentialScope"/> on the service.</summary>
    public static string WrongService(string expected) => $"Credential should be scoped to correct service: '{expected}'. ";

    /// <summary>The part of <see cref="CredentialScope"/> on the terminator.</summary>
    public static string WrongTerminator(string given) =>
        $"Credential should be scoped with a valid terminator: 'aws4_request', not '{given}'. ";

    /// <summary>The part of <see cref="CredentialScope"/> on the date.</summary>
    public static string WrongDate(string given, string expected, string timestamp) =>
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
        + $"'{given}' != '{expected}', from '{timestamp}'.";

    /// <summary>
    /// Another signature than the one computed here. Shows what was signed here, so that the client's author can compare.
    /// </summary>
    public static DynamoError WrongSignature(string canonicalRequest, string stringToSign) => DynamoError.Transport(
        Invalid,
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and "
            + "signing method. Consult the service documentation for details.\n\nThe Canonical String for this request should have been\n"
            + $"'{canonicalRequest}'\n\nThe String-to-Sign should have been\n'{stringToSign}'\n");
}
