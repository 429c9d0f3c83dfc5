using System.Collections.Frozen;

namespace DaxProxy.Frontends.Http;

/// <summary>The operations of DynamoDB and DynamoDB Streams by their <c>X-Amz-Target</c>. Source: the service models.</summary>
/// <remarks>Says only what the service has; what a backend answers is the backend's to say.</remarks>
public static class Targets
{
    private const string DynamoDb = "DynamoDB_20120810.";
    private const string Streams = "DynamoDBStreams_20120810.";

    private static readonly FrozenDictionary<string, string> Names = Enumerable.Concat(
        Expand(
            DynamoDb,
            """
            BatchExecuteStatement BatchGetItem BatchWriteItem CreateBackup CreateGlobalTable CreateTable DeleteBackup DeleteItem
            DeleteResourcePolicy DeleteTable DescribeBackup DescribeContinuousBackups DescribeContributorInsights DescribeEndpoints
            DescribeExport DescribeGlobalTable DescribeGlobalTableSettings DescribeImport DescribeKinesisStreamingDestination
            DescribeLimits DescribeTable DescribeTableReplicaAutoScaling DescribeTimeToLive DisableKinesisStreamingDestination
            EnableKinesisStreamingDestination ExecuteStatement ExecuteTransaction ExportTableToPointInTime GetItem GetResourcePolicy
            ImportTable ListBackups ListContributorInsights ListExports ListGlobalTables ListImports ListTables ListTagsOfResource PutItem
            PutResourcePolicy Query RestoreTableFromBackup RestoreTableToPointInTime Scan TagResource TransactGetItems TransactWriteItems
            UntagResource UpdateContinuousBackups UpdateContributorInsights UpdateGlobalTable UpdateGlobalTableSettings UpdateItem
            UpdateKinesisStreamingDestination UpdateTable UpdateTableReplicaAutoScaling UpdateTimeToLive
            """),
        Expand(Streams, "DescribeStream GetRecords GetShardIterator ListStreams"))
        .ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The operation's name: <c>GetItem</c> of <c>DynamoDB_20120810.GetItem</c>. Null when there is no such target.</summary>
    public static string? OperationOf(string? target) => target is not null && Names.TryGetValue(target, out string? name) ? name : null;

    private static IEnumerable<KeyValuePair<string, string>> Expand(string prefix, string names) =>
        names.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries)
            .Select(name => KeyValuePair.Create(prefix + name, name));
}
