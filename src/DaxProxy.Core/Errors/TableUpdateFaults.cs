using System.Globalization;

namespace DaxProxy.Core.Errors;

/// <summary>Faults of UpdateTable and of tags. Source: recorded answers of the service's control plane.</summary>
public static class TableUpdateFaults
{
    private const string Redefinition =
        "Attributes cannot be redefined. Please check that your attribute has the same type as previously defined. Existing schema: ";

    /// <summary>A request that changes nothing.</summary>
    public static DynamoError NothingToDo { get; } = DynamoError.Validation(
        "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates, SSESpecification, "
        + "ReplicaUpdates, MultiAccountReplicaReady, ReplicaTransitRoleArn, MultiRegionConsistency, DeletionProtectionEnabled, "
        + "OnDemandThroughput, WarmThroughput or TableClass is required");

    /// <summary>Limits per request beside something else than billing.</summary>
    public static DynamoError OnDemandOnlyWithBilling { get; } =
        Invalid("OnDemandThroughput can only be combined with BillingMode in an UpdateTable request");

    /// <summary>An index made or removed together with a change of throughput.</summary>
    public static DynamoError IndexWhileThroughput { get; } = Invalid("You cannot create or delete index while updating table IOPS");

    /// <summary>A change of replicas beside another change.</summary>
    public static DynamoError ReplicasMustBeAlone { get; } =
        Invalid("Requests that modify replicas or witnesses must not also modify other fields");

    /// <summary>Provisioned billing without capacity.</summary>
    public static DynamoError BillingNeedsThroughput { get; } =
        Invalid("ProvisionedThroughput must be specified when BillingMode is PROVISIONED");

    /// <summary>Capacity with billing per request.</summary>
    public static DynamoError BillingForbidsThroughput { get; } =
        Invalid("ProvisionedThroughput cannot be specified when BillingMode is PAY_PER_REQUEST");

    /// <summary>An entry of index updates with several actions.</summary>
    public static DynamoError SeveralIndexActions { get; } =
        Invalid("Only one global secondary index action is allowed per GlobalSecondaryIndexUpdate object");

    /// <summary>An entry of index updates without action.</summary>
    public static DynamoError NoIndexAction { get; } = Invalid(
        "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, GlobalSecondaryIndexUpdate.Delete must not be null");

    /// <summary>Two indexes made or removed at once.</summary>
    public static DynamoError OneIndexAtATime { get; } = DynamoError.Modelled(
        "LimitExceededException",
        "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table");

    /// <summary>Over twenty global indexes.</summary>
    public static DynamoError TooManyIndexes { get; } = DynamoError.Modelled(
        "LimitExceededException", "Subscriber limit exceeded: Number of global secondary indexes exceeds per-table limit of 20");

    /// <summary>An index of that name exists.</summary>
    public static DynamoError IndexExists { get; } = DynamoError.Validation("Attempting to create an index which already exists");

    /// <summary>Encryption with the service's own key, which is what the table has.</summary>
    public static DynamoError EncryptedByDefault { get; } = Invalid("Table is already encrypted by default");

    /// <summary>Encryption with the key that the table has.</summary>
    public static DynamoError EncryptedAlready { get; } = Invalid(
        "Table is already encrypted with given KMSMasterKeyId. Use KMSMasterKeyId parameter if you want to change Master Key");

    /// <summary>A type of encryption for a table that shall not have any of its own.</summary>
    public static DynamoError SseTypeWithoutSse { get; } = Invalid("SSEType can not be specified if Enabled is false");

    /// <summary>A key for a table that shall not have one of its own.</summary>
    public static DynamoError KeyWithoutSse { get; } = DynamoError.Validation("KMSMasterKeyId can not be specified if Enabled is false");

    /// <summary>A key without the type that takes one.</summary>
    public static DynamoError KeyNeedsKms { get; } = DynamoError.Validation("SSEType KMS is required if KMSMasterKeyId is specified");

    /// <summary>A type of encryption that the service does not offer.</summary>
    public static DynamoError Aes256 { get; } = DynamoError.Validation("SSEType AES256 is not supported");

    /// <summary>A change that tolerates no other beside it.</summary>
    public static DynamoError MustBeAlone(string change) => Invalid(change + " must be the only operation in the request");

    /// <summary>Two updates of one index.</summary>
    public static DynamoError IndexTwice(string indexName) =>
        Invalid("Only one global secondary index update per index is allowed simultaneously. Index: " + indexName);

    /// <summary>A new index without types of its keys.</summary>
    public static DynamoError NoDefinitions(string indexName) => Invalid("AttributeDefinitions is not specified for index: " + indexName);

    /// <summary>
    /// A new index whose key gives an attribute another type than it has. Source of the text: the comments of Alternator's tests, which
    /// also run against the service.
    /// </summary>
    /// <param name="existing">The key that uses the attribute: names, types and roles, which search schemas do not have.</param>
    /// <param name="asked">The key of the new index, likewise.</param>
    public static DynamoError Redefined(
        IEnumerable<(string Name, string Type, string? Role)> existing, IEnumerable<(string Name, string Type, string? Role)> asked) =>
        Invalid($"{Redefinition}Schema:[{SchemaText(existing)}] New schema: Schema:[{SchemaText(asked)}]");

    /// <summary>A new vector index whose vector attribute is used otherwise already.</summary>
    /// <param name="existing">How it is used.</param>
    /// <param name="dimensions">How many numbers a vector has.</param>
    public static DynamoError RedefinedAsVector((string Name, string Type, string? Role) existing, long dimensions) => Invalid(
        $"{Redefinition}Schema:[{SchemaText([existing])}] "
        + $"New schema: VectorIndexSchema:[VectorAttribute: key{{{existing.Name}:L:{dimensions}}}]");

    /// <summary>A new index of a provisioned table without capacity.</summary>
    public static DynamoError IndexNeedsThroughput(string indexName) =>
        Invalid("ProvisionedThroughput must be specified for index: " + indexName);

    /// <summary>Capacity for an index of a table billed per request.</summary>
    public static DynamoError IndexForbidsThroughput(string indexName) => Invalid(
        $"Neither ReadCapacityUnits nor WriteCapacityUnits can be specified for index: {indexName} when BillingMode is PAY_PER_REQUEST");

    /// <summary>An index that the table does not have.</summary>
    public static DynamoError IndexNotFound(string indexName, string tableName) => DynamoError.Modelled(
        "ResourceNotFoundException", $"Requested resource not found: Index {indexName} for table {tableName}");

    /// <summary>An update of a local index.</summary>
    public static DynamoError NotGlobal(string verb, string indexName) =>
        DynamoError.Validation($"Cannot {verb} an index that is not a GlobalSecondaryIndex: {indexName}");

    /// <summary>The capacity that the table (or index) has already.</summary>
    public static DynamoError SameThroughput(string? indexName, long readUnits, long writeUnits)
    {
        string of = indexName is null ? "for the table" : $"for the index {indexName}";
        return DynamoError.Validation(
            $"The provisioned throughput {of} will not change. The requested value equals the current value. "
            + $"Current ReadCapacityUnits provisioned {of}: {readUnits}. Requested ReadCapacityUnits: {readUnits}. "
            + $"Current WriteCapacityUnits provisioned {of}: {writeUnits}. "
            + $"Requested WriteCapacityUnits: {writeUnits}. "
            + "Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.");
    }

    /// <summary>Capacity that was lowered too often today.</summary>
    /// <param name="count">How often.</param>
    /// <param name="last">When last.</param>
    /// <param name="next">When it may be again.</param>
    public static DynamoError TooManyDecreases(int count, DateTimeOffset last, DateTimeOffset next) => DynamoError.Modelled(
        "LimitExceededException",
        "Subscriber limit exceeded: Provisioned throughput decreases are limited within a given UTC day. After the first 4 decreases, each "
        + "subsequent decrease in the same UTC day can be performed at most once every 3600 seconds. "
        + $"Number of decreases today: {count}. Last decrease at {DateText(last)}. Next decrease can be made at {DateText(next)}");

    /// <summary>A table that is not ready for the change.</summary>
    public static DynamoError InUse(string what) => DynamoError.Modelled(
        "ResourceInUseException", "Attempt to change a resource which is still in use: " + what);

    /// <summary>A resource name without a table behind it.</summary>
    public static DynamoError ResourceNotFound(string arn) =>
        DynamoError.Modelled("ResourceNotFoundException", $"Requested resource not found: ResourceArn: {arn} not found");

    private static string DateText(DateTimeOffset date) => string.Create(
        CultureInfo.InvariantCulture, $"{date.UtcDateTime:dddd, MMMM d, yyyy 'at' h:mm:ss tt} Coordinated Universal Time");

    private static string SchemaText(IEnumerable<(string Name, string Type, string? Role)> keys) => string.Join(
        ", ", keys.Select(key => $"SchemaElement: key{{{key.Name}:{key.Type}{(key.Role is null ? "" : ":" + key.Role)}}}"));

    private static DynamoError Invalid(string text) => DynamoError.Validation("One or more parameter values were invalid: " + text);
}
