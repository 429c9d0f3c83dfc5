using System.Collections.Frozen;

namespace DaxProxy.Core.Wire.Json;

/// <summary>How each operation of the API is read from JSON, by target.</summary>
internal static class JsonVerbs
{
    public static FrozenDictionary<string, JsonVerb> ByTarget { get; } = ((JsonVerb[])
    [
        GetItemJson.Verb,
        PutItemJson.Verb,
        UpdateItemJson.Verb,
        DeleteItemJson.Verb,
        QueryJson.Verb,
        ScanJson.Verb,
        BatchGetItemJson.Verb,
        BatchWriteItemJson.Verb,
        TransactGetItemsJson.Verb,
        TransactWriteItemsJson.Verb,
        CreateTableJson.Verb,
        new("DescribeTable", (json, _) => new Operations.DescribeTable { TableName = json.TableName() }) { IsControlPlane = true },
        new("DeleteTable", (json, _) => new Operations.DeleteTable { TableName = json.TableName() }) { IsControlPlane = true },
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
        ContributorInsightsJson.UpdateVerb,
        ContributorInsightsJson.DescribeVerb,
        ContributorInsightsJson.ListVerb,
        ResourcePolicyJson.PutVerb,
        ResourcePolicyJson.GetVerb,
        ResourcePolicyJson.DeleteVerb,
        .. OpaqueJson.Verbs,
    ]).ToFrozenDictionary(verb => verb.Service + verb.Name, StringComparer.Ordinal);
}
