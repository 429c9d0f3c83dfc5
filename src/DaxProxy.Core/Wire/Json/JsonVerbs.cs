using System.Collections.Frozen;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Wire.Json;

/// <summary>Every verb that is read from JSON, and how.</summary>
internal static class JsonVerbs
{
    private static readonly JsonVerb[] All =
    [
        GetItemJson.Verb,
        PutItemJson.Verb,
        UpdateItemJson.Verb,
        DeleteItemJson.Verb,
        QueryJson.Verb,
        ScanJson.Verb,
        SearchVectorsJson.Verb,
        BatchGetItemJson.Verb,
        BatchWriteItemJson.Verb,
        TransactGetItemsJson.Verb,
        TransactWriteItemsJson.Verb,
        CreateTableJson.Verb,
        TableJson.DescribeVerb,
        TableJson.DeleteVerb,
        ListTablesJson.Verb,
        UpdateTableJson.Verb,
        TagsJson.TagVerb,
        TagsJson.UntagVerb,
        TagsJson.ListVerb,
        DescribeLimitsJson.Verb,
        DescribeEndpointsJson.Verb,
        ExecuteStatementJson.Verb,
        BatchExecuteStatementJson.Verb,
        ExecuteTransactionJson.Verb,
        TimeToLiveJson.UpdateVerb,
        TimeToLiveJson.DescribeVerb,
        ListStreamsJson.Verb,
        DescribeStreamJson.Verb,
        GetShardIteratorJson.Verb,
        GetRecordsJson.Verb,
        ContinuousBackupsJson.UpdateVerb,
        ContinuousBackupsJson.DescribeVerb,
        BackupsJson.CreateVerb,
        BackupsJson.DescribeVerb,
        BackupsJson.DeleteVerb,
        BackupsJson.ListVerb,
        RestoreJson.FromBackupVerb,
        RestoreJson.ToPointInTimeVerb,
        ContributorInsightsJson.UpdateVerb,
        ContributorInsightsJson.DescribeVerb,
        ContributorInsightsJson.ListVerb,
        ResourcePolicyJson.PutVerb,
        ResourcePolicyJson.GetVerb,
        ResourcePolicyJson.DeleteVerb,
        ExportJson.StartVerb,
        ExportJson.DescribeVerb,
        ExportJson.ListVerb,
        ImportJson.StartVerb,
        ImportJson.DescribeVerb,
        ImportJson.ListVerb,
        BulkOperationsJson.StartVerb,
        BulkOperationsJson.CancelVerb,
        BulkOperationsJson.DescribeVerb,
        BulkOperationsJson.ListVerb,
        .. OpaqueJson.Verbs,
    ];

    /// <summary>By <see cref="Verb.Target"/>.</summary>
    public static FrozenDictionary<string, JsonVerb> ByTarget { get; } =
        All.ToFrozenDictionary(verb => verb.Verb.Target, StringComparer.Ordinal);

    /// <summary>By verb.</summary>
    public static FrozenDictionary<Verb, JsonVerb> ByVerb { get; } = All.ToFrozenDictionary(verb => verb.Verb);
}
