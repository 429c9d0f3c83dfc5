namespace DaxProxy.Core.Errors;

/// <summary>Refusals before an operation is understood. Source: recorded answers of the service.</summary>
public static class TransportFaults
{
    /// <summary>The body is no JSON.</summary>
    public static DynamoError NotJson { get; } = DynamoError.Transport("SerializationException", null);

    /// <summary>The target names no operation of the API.</summary>
    public static DynamoError UnknownOperation { get; } = DynamoError.Transport("UnknownOperationException", null);

    /// <summary>No signature at all.</summary>
    public static DynamoError MissingAuthenticationToken { get; } =
        DynamoError.Transport("MissingAuthenticationTokenException", "Request is missing Authentication Token");

    /// <summary>Something of ours broke; the log says what, the client does not learn it.</summary>
    public static DynamoError InternalServerError { get; } =
        DynamoError.Modelled("InternalServerError", "Internal server error") with { StatusCode = 500 };

    /// <summary>More requests than are let through; SDKs wait and come again.</summary>
    public static DynamoError RateExceeded { get; } = new("com.amazon.coral.availability#ThrottlingException", 400, "Rate exceeded");

    /// <summary>JSON that does not fit the operation's shape.</summary>
    public static DynamoError Serialization(string message) => DynamoError.Transport("SerializationException", message, "Message");

    /// <summary>A signature in the header and another in the query.</summary>
    public static DynamoError SignedTwice { get; } = DynamoError.Transport(
        "InvalidSignatureException", "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.");

    /// <summary>A signature in the header that lacks parts: one sentence for each, then the header as sent.</summary>
    public static DynamoError IncompleteHeader(bool hasCredential, bool hasSignature, bool hasSignedHeaders, bool hasDate, string header) =>
        DynamoError.Transport("IncompleteSignatureException", string.Concat(
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
        "IncompleteSignatureException",
        string.Concat(missing.Select(name => $"AWS query-string parameters must include '{name}'. ")) + "Re-examine the query-string parameters.");
}
