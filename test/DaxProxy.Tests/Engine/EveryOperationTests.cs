using DaxProxy.Core.Operations;
using DaxProxy.Core.Wire.Json;
using DaxProxy.Engine.Storage;
using DaxProxy.Tests.Engine.Buckets;
using NUnit.Framework;

namespace DaxProxy.Tests.Engine;

/// <summary>
/// Each operation of the API with a good request about a table that is there: answered or refused, as its verb says.
/// </summary>
public sealed class EveryOperationTests
{
    private const string Arn = "arn:aws:dynamodb:us-east-1:000000000000:table/tab";
    private const string Key = "'Key':{'pk':{'S':'a'}}";
    private const string Kinesis = "'StreamArn':'arn:aws:kinesis:us-east-1:000000000000:stream/s'";
    private const string NewTable = "'TableName':'new','AttributeDefinitions':[{'AttributeName':'pk','AttributeType':'S'}],"
        + "'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'}],'BillingMode':'PAY_PER_REQUEST'";

    /// <summary>Answered in front of the engine.</summary>
    private static readonly string[] Partiql = ["ExecuteStatement", "BatchExecuteStatement", "ExecuteTransaction"];

    /// <summary>Verbs that name one thing of a kind of which there is none, and how the service says so.</summary>
    private static readonly Dictionary<string, string> NotFound = new(StringComparer.Ordinal)
    {
        ["CancelBulkOperation"] = "ResourceNotFoundException",
        ["DescribeBulkOperation"] = "ResourceNotFoundException",
        ["DescribeExport"] = "ExportNotFoundException",
        ["DescribeImport"] = "ImportNotFoundException",
        ["DescribeGlobalTable"] = "GlobalTableNotFoundException",
        ["DescribeGlobalTableSettings"] = "GlobalTableNotFoundException",
        ["DescribeTableReplicaAutoScaling"] = "ResourceNotFoundException",
        ["GetResourcePolicy"] = "PolicyNotFoundException",
    };

    /// <summary>
    /// What a good request of an operation holds, with apostrophes for quotes and <c>$</c> before what only a store can tell; the name of a
    /// table where nothing is listed.
    /// </summary>
    internal static readonly Dictionary<string, string> Requests = new(StringComparer.Ordinal)
    {
        ["BatchGetItem"] = "'RequestItems':{'tab':{'Keys':[{'pk':{'S':'a'}}]}}",
        ["BatchWriteItem"] = "'RequestItems':{'tab':[{'DeleteRequest':{'Key':{'pk':{'S':'a'}}}}]}",
        ["CancelBulkOperation"] = $"'BulkOperationArn':'{Arn}/bulk-operation/1'",
        ["SearchVectors"] = "'TableName':'searched','IndexName':'vectors','SearchVector':[{'N':'1'}],'TopK':1",
        ["StartBulkPutItems"] = "'TableName':'tab','InputS3Configuration':{'S3Bucket':'bucket','InputFormat':'DYNAMODB_JSON'},"
            + "'OutputS3Configuration':{'S3Bucket':'bucket','OutputType':['ERROR']}",
        ["CreateBackup"] = "'TableName':'tab','BackupName':'nightly'",
        ["CreateGlobalTable"] = "'GlobalTableName':'tab','ReplicationGroup':[{'RegionName':'eu-west-1'}]",
        ["CreateTable"] = NewTable,
        ["DeleteBackup"] = "'BackupArn':$backup",
        ["DeleteItem"] = $"'TableName':'tab',{Key}",
        ["DeleteResourcePolicy"] = $"'ResourceArn':'{Arn}'",
        ["DescribeBackup"] = "'BackupArn':$backup",
        ["DescribeBulkOperation"] = $"'BulkOperationArn':'{Arn}/bulk-operation/1'",
        ["DescribeEndpoints"] = "",
        ["DescribeExport"] = $"'ExportArn':'{Arn}/export/01700000000000-01234567'",
        ["DescribeGlobalTable"] = "'GlobalTableName':'tab'",
        ["DescribeGlobalTableSettings"] = "'GlobalTableName':'tab'",
        ["DescribeImport"] = $"'ImportArn':'{Arn}/import/01700000000000-01234567'",
        ["DescribeLimits"] = "",
        ["DescribeStream"] = "'StreamArn':$stream",
        ["DisableKinesisStreamingDestination"] = $"'TableName':'tab',{Kinesis}",
        ["EnableKinesisStreamingDestination"] = $"'TableName':'tab',{Kinesis}",
        ["ExportTableToPointInTime"] = $"'TableArn':'{Arn}','S3Bucket':'bucket'",
        ["GetItem"] = $"'TableName':'tab',{Key}",
        ["GetRecords"] = "'ShardIterator':$iterator",
        ["GetResourcePolicy"] = $"'ResourceArn':'{Arn}'",
        ["GetShardIterator"] = "'StreamArn':$stream,'ShardId':$shard,'ShardIteratorType':'LATEST'",
        ["ImportTable"] = $"'S3BucketSource':{{'S3Bucket':'bucket'}},'InputFormat':'DYNAMODB_JSON','TableCreationParameters':{{{NewTable}}}",
        ["ListBackups"] = "",
        ["ListBulkOperations"] = "",
        ["ListContributorInsights"] = "",
        ["ListExports"] = "",
        ["ListGlobalTables"] = "",
        ["ListImports"] = "",
        ["ListStreams"] = "",
        ["ListTables"] = "",
        ["ListTagsOfResource"] = $"'ResourceArn':'{Arn}'",
        ["PutItem"] = "'TableName':'tab','Item':{'pk':{'S':'a'}}",
        ["PutResourcePolicy"] = $"'ResourceArn':'{Arn}','Policy':'{{\\'Statement\\':[{{\\'Effect\\':\\'Deny\\',\\'Principal\\':\\'*\\',"
            + "\\'Action\\':\\'*\\',\\'Resource\\':\\'*\\'}]}'",
        ["Query"] = "'TableName':'tab','KeyConditionExpression':'pk = :p','ExpressionAttributeValues':{':p':{'S':'a'}}",
        ["RestoreTableFromBackup"] = "'BackupArn':$backup,'TargetTableName':'new'",
        ["RestoreTableToPointInTime"] = "$recovery'SourceTableName':'tab','TargetTableName':'new','UseLatestRestorableTime':true",
        ["TagResource"] = $"'ResourceArn':'{Arn}','Tags':[{{'Key':'a','Value':'b'}}]",
        ["TransactGetItems"] = $"'TransactItems':[{{'Get':{{'TableName':'tab',{Key}}}}}]",
        ["TransactWriteItems"] = $"'TransactItems':[{{'Delete':{{'TableName':'tab',{Key}}}}}]",
        ["UntagResource"] = $"'ResourceArn':'{Arn}','TagKeys':['a']",
        ["UpdateContinuousBackups"] = "'TableName':'tab','PointInTimeRecoverySpecification':{'PointInTimeRecoveryEnabled':false}",
        ["UpdateContributorInsights"] = "'TableName':'tab','ContributorInsightsAction':'ENABLE'",
        ["UpdateGlobalTable"] = "'GlobalTableName':'tab','ReplicaUpdates':[{'Create':{'RegionName':'eu-west-1'}}]",
        ["UpdateGlobalTableSettings"] = "'GlobalTableName':'tab'",
        ["UpdateItem"] = $"'TableName':'tab',{Key}",
        ["UpdateKinesisStreamingDestination"] =
            $"'TableName':'tab',{Kinesis},'UpdateKinesisStreamingConfiguration':{{'ApproximateCreationDateTimePrecision':'MICROSECOND'}}",
        ["UpdateTable"] = "'TableName':'tab','DeletionProtectionEnabled':false",
        ["UpdateTimeToLive"] = "'TableName':'tab','TimeToLiveSpecification':{'Enabled':true,'AttributeName':'ends'}",
    };

    public static IEnumerable<string> Operations => JsonVerbs.ByVerb.Keys.Select(verb => verb.Name).Except(Partiql);

    [TestCaseSource(nameof(Operations))]
    public async Task Operation_OnATableThatIsThere_IsAnsweredAsItsLevelSays(string operation)
    {
        using BucketFolder buckets = new();
        buckets.Put("1", "{\"Item\":{\"pk\":{\"S\":\"b\"}}}");
        using EngineRig rig = new(
            new EngineOptions { SynchronizeEveryCommit = false, StreamShards = 1, Buckets = buckets.Store }, TimeProvider.System);
        await rig.CreateHashTableAsync("tab");
        if (operation == "ExportTableToPointInTime")
        {
            await rig.CallAsync(
                "UpdateContinuousBackups", "{'TableName':'tab','PointInTimeRecoverySpecification':{'PointInTimeRecoveryEnabled':true}}");
        }

        string request = Requests.GetValueOrDefault(operation, "'TableName':'tab'");
        string reply = await rig.CallAsync(operation, $"{{{await FillInAsync(rig, request)}}}");
        if (NotFound.TryGetValue(operation, out string? absent))
        {
            Assert.That(SupportOf(operation), Is.Not.EqualTo(EngineSupport.Refused));
            Assert.That(reply, Does.Contain("#" + absent + "\""));
        }
        else
        {
            Assert.That(
                reply.Contains("__type", StringComparison.Ordinal), Is.EqualTo(SupportOf(operation) == EngineSupport.Refused), reply);
        }

        Assert.That(
            reply,
            Does.Not.Contain("UnknownOperationException").And.Not.Contain("SerializationException").And.Not.Contain("validation error"));
    }

    private static EngineSupport SupportOf(string operation) => JsonVerbs.ByVerb.Keys.Single(verb => verb.Name == operation).Support;

    private static async Task<string> FillInAsync(EngineRig rig, string request)
    {
        if (request.Contains("'searched'", StringComparison.Ordinal))
        {
            await rig.CallAsync("CreateTable", $"{{{NewTable.Replace("'new'", "'searched'", StringComparison.Ordinal)},'VectorIndexes':["
                + "{'IndexName':'vectors','VectorAttribute':{'AttributeName':'v'},'Dimensions':1,'DistanceFunction':'COSINE',"
                + "'Projection':{'ProjectionType':'ALL'}}]}");
        }

        if (!request.Contains('$', StringComparison.Ordinal))
        {
            return request;
        }

        if (request.Contains("$recovery", StringComparison.Ordinal))
        {
            await rig.CallAsync(
                "UpdateContinuousBackups", "{'TableName':'tab','PointInTimeRecoverySpecification':{'PointInTimeRecoveryEnabled':true}}");
            return request.Replace("$recovery", "", StringComparison.Ordinal);
        }

        if (request.Contains("$backup", StringComparison.Ordinal))
        {
            string arn = (await rig.ReadAsync("CreateBackup", "{'TableName':'tab','BackupName':'nightly'}", "BackupDetails", "BackupArn"))!;
            for (int i = 0; i < 1000 && (await rig.CallAsync("DescribeBackup", $"{{'BackupArn':{arn}}}")).Contains("CREATING", StringComparison.Ordinal); i++)
            {
                await rig.CallAsync("DeleteItem", $"{{'TableName':'tab',{Key}}}");
            }

            return request.Replace("$backup", arn, StringComparison.Ordinal);
        }

        await rig.CallAsync("UpdateTable", "{'TableName':'tab','StreamSpecification':{'StreamEnabled':true,'StreamViewType':'KEYS_ONLY'}}");
        string stream = (await rig.ReadAsync("ListStreams", "{}", "Streams", 0, "StreamArn"))!;
        string shard = (await rig.ReadAsync("DescribeStream", $"{{'StreamArn':{stream}}}", "StreamDescription", "Shards", 0, "ShardId"))!;
        string iterator = (await rig.ReadAsync(
            "GetShardIterator", $"{{'StreamArn':{stream},'ShardId':{shard},'ShardIteratorType':'LATEST'}}", "ShardIterator"))!;
        return request.Replace("$stream", stream, StringComparison.Ordinal).Replace("$shard", shard, StringComparison.Ordinal)
            .Replace("$iterator", iterator, StringComparison.Ordinal);
    }
}
