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

    /// <summary>What these operations say where others say <c>ResourceNotFoundException</c>.</summary>
    public static DynamoError TableNotFound(string tableName) =>
        DynamoError.Modelled("TableNotFoundException", "Table not found: " + tableName);

    /// <summary>A restore to a table that is there.</summary>
    public static DynamoError TableExists(string tableName) =>
        DynamoError.Modelled("TableAlreadyExistsException", "Table already exists: " + tableName);

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
