namespace DaxProxy.Core.Errors;

/// <summary>Faults of tags. Source: recorded answers of the service's control plane.</summary>
public static class TagFaults
{
    private const string InvalidParameters = "One or more parameter values were invalid: ";

    /// <summary>No tag to add (spelt as the service spells it).</summary>
    public static DynamoError NoTags { get; } = DynamoError.Validation("Atleast one Tag needs to be provided as Input.");

    /// <summary>No tag to remove (spelt as the service spells it).</summary>
    public static DynamoError NoTagKeys { get; } = DynamoError.Validation("Atleast one Tag Key needs to be provided as Input.");

    /// <summary>More than fifty tags.</summary>
    public static DynamoError TooMany { get; } =
        DynamoError.Validation("Number of Tags exceed the current limit for the provided ResourceArn");

    /// <summary>A key with characters that keys may not have.</summary>
    public static DynamoError InvalidKey(string key) => DynamoError.Validation("The Tag Key provided is invalid, Key: " + key);

    /// <summary>A value with characters that values may not have.</summary>
    public static DynamoError InvalidValue(string value) => DynamoError.Validation("The Tag Value provided is invalid, Value: " + value);

    /// <summary>A key that AWS keeps for itself.</summary>
    public static DynamoError Reserved(string key) => DynamoError.Validation("Tag Key cannot be prefixed with aws:, Key: " + key);

    /// <summary>A key twice.</summary>
    public static DynamoError Duplicate(string key) =>
        DynamoError.Validation("Duplicate Tag Keys provided as input: Duplicate Tag Key found " + key);

    /// <summary>A text that is no resource name.</summary>
    public static DynamoError NotAnArn(string text) => DynamoError.Validation($"{InvalidParameters}ARNs must start with 'arn:': {text}");

    /// <summary>A resource name of something that cannot be tagged.</summary>
    public static DynamoError InvalidArn(string text) =>
        DynamoError.Validation("Invalid TableArn: Invalid ResourceArn provided as input " + text);

    /// <summary>A table that is another account's, or that is not there: the text does not say which.</summary>
    /// <param name="account">The account that asks.</param>
    /// <param name="operation">What it asked for.</param>
    /// <param name="arn">The resource name.</param>
    public static DynamoError NotAllowed(string account, string operation, string arn) => DynamoError.Transport(
        "AccessDeniedException",
        $"User: arn:aws:iam::{account}:root is not authorized to perform: dynamodb:{operation} on resource: {arn}",
        messageMember: "Message");
}
