namespace DaxProxy.Core.Errors;

/// <summary>
/// Faults of exports, imports and bulk operations. Types are those of the API's model. Texts of exports and imports are recorded answers of
/// the service's control plane, as far as <see cref="BackupFaults"/> does not have them; all others are ours.
/// </summary>
public static class TransferFaults
{
    /// <summary>A bulk operation that may not tell anywhere what it could not put.</summary>
    public static DynamoError NoOutputBucket { get; } = DynamoError.Validation(
        "One or more parameter values were invalid: OutputS3Configuration needs an S3Bucket");

    /// <summary>An export with the token of another one.</summary>
    public static DynamoError ExportTokenMismatch { get; } = DynamoError.Modelled(
        "ExportConflictException", "Export conflict: Duplicate request detected with conflicting parameters");

    /// <summary>An import with the token of another one.</summary>
    public static DynamoError ImportTokenMismatch { get; } = DynamoError.Modelled(
        "ImportConflictException", "Import conflict: Duplicate request detected with conflicting parameters");

    /// <summary>An export of a time whose state is not kept, or that has not come.</summary>
    public static DynamoError InvalidExportTime { get; } = DynamoError.Modelled(
        "InvalidExportTimeException",
        "ExportTime must be the present: DaxProxy's bundled engine keeps no past states of a table, and knows no future ones");

    /// <summary>An item of an object that is not a structure with an item.</summary>
    public static DynamoError NoItem { get; } = DynamoError.Validation("The record is no structure with a member Item");

    /// <summary>Text that is not of the format.</summary>
    /// <param name="format">Name of the format.</param>
    public static DynamoError NotOfFormat(string format) => DynamoError.Validation($"The record is no {format}");

    /// <summary>A record that is longer than any item can be written.</summary>
    public static DynamoError RecordTooLong { get; } = DynamoError.Validation("The record is longer than 4 MB");

    /// <summary>A line of values with more or fewer than there are names.</summary>
    public static DynamoError WrongNumberOfValues(int values, int names) =>
        DynamoError.Validation($"The record has {values} values where the header has {names} names");

    /// <summary>A bulk operation that is not there.</summary>
    public static DynamoError NoBulkOperation(string arn) =>
        DynamoError.Modelled("ResourceNotFoundException", $"Requested resource not found: Bulk operation: {arn} not found");

    /// <summary>Options for another format than the one that is read.</summary>
    public static DynamoError OptionsOfOtherFormat(string format) => DynamoError.Validation(
        $"Invalid Request: Unsupported InputFormatOptions for the given input format: {format}.");

    /// <summary>A page after one that was none.</summary>
    public static DynamoError InvalidNextToken(string token) =>
        DynamoError.Validation("Invalid Request: Provided nextToken is invalid: " + token);

    /// <summary>A good request where no folder stands for S3.</summary>
    /// <param name="operation">The operation.</param>
    public static DynamoError NoBuckets(string operation) => DynamoError.Validation(
        $"{operation} needs buckets: set DaxProxy's option Backend:Buckets to a folder; each folder within is then a bucket of S3.");

    /// <summary>A bucket, a prefix or both that no folder of files can have.</summary>
    public static DynamoError InvalidPlace(string bucket, string prefix) => DynamoError.Validation(
        $"One or more parameter values were invalid: no files can be named by the bucket '{bucket}' and the prefix '{prefix}'");

    /// <summary>As many of a kind as may run at once.</summary>
    /// <param name="most">How many.</param>
    public static DynamoError TooMany(int most) => DynamoError.Modelled(
        "LimitExceededException", $"Subscriber limit exceeded: Only {most} operations of this kind can be done simultaneously");
}
