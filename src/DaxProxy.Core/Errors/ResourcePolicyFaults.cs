namespace DaxProxy.Core.Errors;

/// <summary>
/// Faults of resource policies. Source: recorded answers of the service's control plane; reasons why a document is invalid are ours.
/// </summary>
public static class ResourcePolicyFaults
{
    private const string InvalidParameters = "One or more parameter values were invalid: ";

    /// <summary>A document over 20,480 bytes.</summary>
    public static DynamoError TooLarge { get; } = DynamoError.Validation(InvalidParameters + "Maximum policy size of 20480 bytes exceeded");

    /// <summary>A document that grants access to every principal.</summary>
    public static DynamoError Public { get; } = DynamoError.Validation(
        "Resource-based policy grants unbounded access in one or more elements. "
        + "Please revise the policy to ensure least-privilege form of access");

    /// <summary>A resource of another service.</summary>
    public static DynamoError NotOurs(string arn) =>
        DynamoError.Validation($"{InvalidParameters}Provided Arn is not a DynamoDB resource arn: {arn}");

    /// <summary>A resource of a kind that has no policy.</summary>
    public static DynamoError NeitherTableNorStream(string arn) => DynamoError.Validation(
        $"{InvalidParameters}Invalid resource arn provided, only table or stream is accepted. Provided resource arn: {arn}");

    /// <summary>A document that is none.</summary>
    public static DynamoError InvalidDocument(string reason) =>
        DynamoError.Validation($"{InvalidParameters}Invalid policy document: {reason}");

    /// <summary>A stream that the table does not have.</summary>
    public static DynamoError StreamNotFound(string label, string tableName) => DynamoError.Modelled(
        "ResourceNotFoundException", $"Requested resource not found: Stream: {label} not found for Table: {tableName}");

    /// <summary>A resource without policy.</summary>
    public static DynamoError NotFound(string arn) => Mismatch(arn);

    /// <summary>A revision expected where there is no policy.</summary>
    public static DynamoError NoPolicyToRevise(string expected, string tableName) =>
        Mismatch($"Requested update for policy with revision id {expected}, but table {tableName} has no associated policy.");

    /// <summary>Another revision than the one expected.</summary>
    public static DynamoError OtherRevision(string expected, string tableName, long actual) => Mismatch(
        $"Requested update for policy with revision id {expected}, but the policy associated to target table {tableName} has revision id "
        + $"{actual}.");

    /// <summary>A policy where none was expected.</summary>
    public static DynamoError PolicyExists(string tableName, long actual) => Mismatch(
        $"Requested policy update expecting none to be present for table {tableName}, but a policy exists with revision id {actual}.");

    private static DynamoError Mismatch(string what) =>
        DynamoError.Modelled("PolicyNotFoundException", "Resource-based policy not found for the provided ResourceArn: " + what);
}
