using System.Globalization;

namespace DaxProxy.Core.Errors;

/// <summary>
/// Faults of backups, point-in-time recovery, exports and imports. Source: recorded answers of the service's control plane; texts of things
/// that are not found are ours.
/// </summary>
public static class BackupFaults
{
    /// <summary>A period for what is being switched off.</summary>
    public static DynamoError PeriodToDisable { get; } =
        Invalid("Cannot specify RecoveryPeriodInDays when disabling point-in-time recovery.");

    /// <summary>A restore from no table, or from two.</summary>
    public static DynamoError NotOneSource { get; } =
        DynamoError.Validation("Must provide exactly one of: sourceTableArn, sourceTableName");

    /// <summary>A restore to no time, or to two.</summary>
    public static DynamoError NotOneTime { get; } =
        Invalid("Either one of RestoreDateTime or UseLatestRestorableTime must be specified, but not both");

    /// <summary>A range of times that ends before it begins.</summary>
    public static DynamoError TimesReversed { get; } = DynamoError.Validation(
        "One or more parameter values were invalid: Time range lower bound must be less than or equal to upper bound");

    /// <summary>An export of something that is no table.</summary>
    public static DynamoError NotATableArn { get; } = Invalid("Table ARN is invalid.");

    /// <summary>
    /// A time to restore to that is not within what is kept. The type is the model's, whose documentation the text is from.
    /// </summary>
    public static DynamoError InvalidRestoreTime { get; } = DynamoError.Modelled(
        "InvalidRestoreTimeException",
        "An invalid restore time was specified. RestoreDateTime must be between EarliestRestorableDateTime and "
        + "LatestRestorableDateTime.");

    /// <summary>One restore more than there may be at a time. The text is ours.</summary>
    public static DynamoError TooManyRestores { get; } = DynamoError.Modelled(
        "LimitExceededException", "Subscriber limit exceeded: Only 50 tables can be restored simultaneously");

    /// <summary>What these operations say where others say <c>ResourceNotFoundException</c>.</summary>
    public static DynamoError TableNotFound(string tableName) =>
        DynamoError.Modelled("TableNotFoundException", "Table not found: " + tableName);

    /// <summary>A restore to a table that is there.</summary>
    public static DynamoError TableExists(string tableName) =>
        DynamoError.Modelled("TableAlreadyExistsException", "Table already exists: " + tableName);

    /// <summary>A table that is being made or deleted, as these operations say it.</summary>
    /// <param name="text">What it is going through.</param>
    public static DynamoError TableInUse(string text) => DynamoError.Modelled("TableInUseException", text);

    /// <summary>A backup that is still being made, or that is being restored. The text is ours.</summary>
    public static DynamoError BackupInUse(string arn, bool isCreating) => DynamoError.Modelled(
        "BackupInUseException", $"Backup is being {(isCreating ? "created" : "restored")}: {arn}");

    /// <summary>Deletion of what the service keeps of a deleted table.</summary>
    public static DynamoError SystemBackup(string arn, DateTimeOffset expires) => Invalid(
        $"User is not allowed to delete the system backup with arn {arn}. It will automatically expire on "
        + expires.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));

    /// <summary>An index to restore that the table did not have, or not so. The text is ours.</summary>
    public static DynamoError NotASourceIndex(string indexName) => DynamoError.Validation(
        "One or more parameter values were invalid: The indexes to restore must match indexes of the source table. "
        + $"Index: {indexName}");

    /// <summary>A table that is still being made.</summary>
    public static DynamoError NotYetAvailable(string tableName) => DynamoError.Modelled(
        "ContinuousBackupsUnavailableException", $"Backups are being enabled for the table: {tableName}. Please retry later");

    /// <summary>An export or a restore of a table whose past is not kept.</summary>
    public static DynamoError NotRecoverable(string tableName) => DynamoError.Modelled(
        "PointInTimeRecoveryUnavailableException", $"Point in time recovery is not enabled for table '{tableName}'");

    /// <summary>A resource name of something else.</summary>
    /// <param name="kind"><c>Backup</c>, <c>Export</c> or <c>Import</c>.</param>
    public static DynamoError InvalidArn(string kind) => DynamoError.Validation($"Invalid {kind} ARN");

    /// <summary>A backup, export or import that is not there.</summary>
    /// <param name="kind"><c>Backup</c>, <c>Export</c> or <c>Import</c>.</param>
    /// <param name="arn">The resource name asked for.</param>
    public static DynamoError NotFound(string kind, string arn) =>
        DynamoError.Modelled(kind + "NotFoundException", $"{kind} not found: {arn}");

    private static DynamoError Invalid(string text) => DynamoError.Validation("Invalid Request: " + text);
}
