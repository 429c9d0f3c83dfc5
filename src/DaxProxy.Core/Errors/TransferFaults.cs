using System.Globalization;

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

    /// <summary>An export of a time before the table was made, or that has not come.</summary>
    public static DynamoError InvalidExportTime { get; } = InvalidTime("Export Time is invalid");

    /// <summary>An export of a time, or of a span from a time, whose state is not kept. Of a span the text is assumed.</summary>
    public static DynamoError ExportTimeNotKept { get; } =
        InvalidTime("Point in Time Recovery is not available for specified export time");

    /// <summary>An export of changes of less than fifteen minutes, or that ends before it begins.</summary>
    public static DynamoError SpanTooShort { get; } =
        InvalidTime("Difference between export period from time and export period to time is less than 15 minutes");

    /// <summary>An export of changes of more than a day. The text is ours, after that of a span that is too short.</summary>
    public static DynamoError SpanTooLong { get; } =
        InvalidTime("Difference between export period from time and export period to time is greater than 24 hours");

    /// <summary>An export of changes, of no span.</summary>
    public static DynamoError NoSpan { get; } = DynamoError.Validation(
        "Invalid Request: Incremental Export Specification expected when export type is set as Incremental Export");

    /// <summary>An export of changes, of a span without a begin.</summary>
    public static DynamoError NoBeginOfSpan { get; } =
        DynamoError.Validation("Invalid Request: ExportFromTime must be provided in IncrementalExportSpecification");

    /// <summary>A span for an export of no type.</summary>
    public static DynamoError SpanWithoutType { get; } = DynamoError.Validation(
        "Invalid Request: Export Type expected to be Incremental Export when incremental export specification is provided");

    /// <summary>A span for an export of a state.</summary>
    public static DynamoError SpanOfFullExport { get; } = DynamoError.Validation(
        "Invalid Request: When Export Type is Full Export , Incremental Export Specification should not be provided");

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
        $"{operation} needs buckets: set DaxProxy's option Backend:Buckets to an endpoint of S3, or to a folder; each folder within is "
        + "then a bucket.");

    /// <summary>A bucket, a prefix or both that no folder of files can have.</summary>
    public static DynamoError InvalidPlace(string bucket, string prefix) => DynamoError.Validation(
        $"One or more parameter values were invalid: no files can be named by the bucket '{bucket}' and the prefix '{prefix}'");

    /// <summary>An export of changes from a time before the table was made.</summary>
    /// <param name="from">The time.</param>
    public static DynamoError SpanBeforeTable(DateTimeOffset from) =>
        InvalidTime("Incremental export period from time cannot be less than the table creation time : " + Text(from));

    /// <summary>An export of changes up to a time that has not come.</summary>
    /// <param name="to">The time.</param>
    public static DynamoError SpanInTheFuture(DateTimeOffset to) =>
        InvalidTime("Incremental export period to time cannot be greater than the current time : " + Text(to));

    /// <summary>As many of a kind as may run at once.</summary>
    /// <param name="most">How many.</param>
    public static DynamoError TooMany(int most) => DynamoError.Modelled(
        "LimitExceededException", $"Subscriber limit exceeded: Only {most} operations of this kind can be done simultaneously");

    private static DynamoError InvalidTime(string text) => DynamoError.Modelled("InvalidExportTimeException", text);

    private static string Text(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
