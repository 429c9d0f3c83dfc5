namespace DaxProxy.Core.Errors;

/// <summary>
/// Faults of features that the bundled engine does not have: global tables, Kinesis destinations, and what it cannot do at all. Source:
/// recorded answers of the service's control plane to an account that has none either, except for <see cref="Refused"/>, which is ours.
/// </summary>
public static class AbsentFeatureFaults
{
    /// <summary>A global table of the version that the service gave up, too.</summary>
    public static DynamoError LegacyGlobalTable { get; } = DynamoError.Validation(
        "One or more parameter values were invalid: DynamoDB global tables version 2017.11.29 is not supported. We recommend using "
        + "DynamoDB global tables version 2019.11.21, instead of version 2017.11.29 (Legacy).");

    /// <summary>A change of a Kinesis destination to nothing.</summary>
    public static DynamoError NoKinesisChange { get; } = DynamoError.Validation(
        "Streaming destination cannot be updated with given parameters: UpdateKinesisStreamingConfiguration cannot be null or contain only "
        + "null values");

    /// <summary>A Kinesis destination switched off that is not on (the word "enable" is the service's).</summary>
    public static DynamoError NoKinesisToDisable { get; } =
        NotReadyForKinesis("KinesisStreamingDestination must be ACTIVE to perform DISABLE operation.");

    /// <summary>A global table that is not there, as most operations say it.</summary>
    public static DynamoError GlobalTableNotFound(string name) =>
        DynamoError.Modelled("GlobalTableNotFoundException", NoGlobalTable(name));

    /// <summary>A table without replicas, as the operations about their scaling say it; also for a table that is not there.</summary>
    public static DynamoError NotReplicated(string name) => DynamoError.Modelled("ResourceNotFoundException", NoGlobalTable(name));

    /// <summary>A Kinesis destination changed that is not on.</summary>
    public static DynamoError NoKinesisToUpdate(string tableName, string streamArn) => NotReadyForKinesis(
        "Kinesis streaming is not in ACTIVE state. Updates are only allowed in ACTIVE state. "
        + $"TableName: {tableName}, kdsArn: {streamArn}");

    /// <summary>A good request for what the bundled engine cannot do.</summary>
    /// <param name="what">The operation, or the member of it that asks for more than the rest.</param>
    /// <param name="feature">What the engine lacks, in the plural.</param>
    public static DynamoError Refused(string what, string feature) =>
        DynamoError.Validation($"{what} is not supported by DaxProxy's bundled engine, which has no {feature}.");

    private static string NoGlobalTable(string name) => $"Global table with name: '{name}' does not exist.";

    private static DynamoError NotReadyForKinesis(string why) =>
        DynamoError.Validation("Table is not in a valid state to enable Kinesis Streaming Destination: " + why);
}
