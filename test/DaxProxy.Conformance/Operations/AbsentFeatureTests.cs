using NUnit.Framework;

namespace DaxProxy.Conformance.Operations;

/// <summary>
/// Global tables, Kinesis destinations: the engine has none, and without buckets no exports, imports and bulk operations. Where the service
/// can do more, the tests are for the engine alone.
/// </summary>
public static class AbsentFeatureTests
{
    private const string Arn = "arn:aws:dynamodb:us-east-1:000000000000:table/absent";
    private const string Kinesis = "'TableName':'$T','StreamArn':'arn:aws:kinesis:us-east-1:000000000000:stream/s'";
    private const string Unsupported = "is not supported by DaxProxy's bundled engine, which has no";

    public sealed class Validation(Stack stack) : ConformanceTest(stack)
    {
        [TestCase("DescribeExport", "{'ExportArn':'" + Arn + "'}", "ValidationException: Invalid Export ARN")]
        [TestCase("DescribeImport", "{'ImportArn':'" + Arn + "'}", "ValidationException: Invalid Import ARN")]
        [TestCase("UpdateKinesisStreamingDestination", "{" + Kinesis + "}",
            "ValidationException: Streaming destination cannot be updated with given parameters: UpdateKinesisStreamingConfiguration cannot be null or "
            + "contain only null values")]
        [TestCase("UpdateTable", "{'TableName':'$T','ReplicaUpdates':[{'Create':{'RegionName':'eu-west-1'}}],'TableClass':'STANDARD'}",
            "ValidationException: One or more parameter values were invalid: Requests that modify replicas or witnesses must not also modify other fields")]
        public async Task Request_ThatIsBadInItself_IsRefusedInTheServicesWords(string operation, string request, string error) =>
            Assert.That((await SendAsync(operation, request)).Error, Is.EqualTo(error));

        [TestCase("ExportTableToPointInTime", "{'TableArn':'arn:aws:dynamodb:us-east-1:000000000000:table/$T','S3Bucket':'bucket'}",
            "TableNotFoundException: Table not found: ")]
        [TestCase(
            "DescribeKinesisStreamingDestination", "{'TableName':'$T'}",
            "ResourceNotFoundException: Requested resource not found: Table: ")]
        [TestCase(
            "EnableKinesisStreamingDestination", "{" + Kinesis + "}", "ResourceNotFoundException: Requested resource not found: Table: ")]
        [TestCase(
            "DisableKinesisStreamingDestination", "{" + Kinesis + "}", "ResourceNotFoundException: Requested resource not found: Table: ")]
        [TestCase("UpdateTable", "{'TableName':'$T','ReplicaUpdates':[{'Create':{'RegionName':'eu-west-1'}}]}",
            "ResourceNotFoundException: Requested resource not found: Table: ")]
        public async Task Table_ThatDoesNotExist_IsNotFoundFirst(string operation, string request, string error) =>
            Assert.That((await SendAsync(operation, request)).Error, Does.StartWith(error + Table));

        [TestCase("DescribeGlobalTable", "GlobalTableNotFoundException")]
        [TestCase("DescribeGlobalTableSettings", "GlobalTableNotFoundException")]
        public async Task GlobalTable_ThatDoesNotExist_IsNotFound(string operation, string error) => Assert.That(
            (await SendAsync(operation, "{'GlobalTableName':'$T'}")).Error,
            Is.EqualTo($"{error}: Global table with name: '{Table}' does not exist."));

        [Test]
        public async Task CreateGlobalTable_IsRefusedAsTheServiceDoes() => Assert.That(
            (await SendAsync("CreateGlobalTable", "{'GlobalTableName':'$T','ReplicationGroup':[{'RegionName':'us-east-1'}]}")).Error,
            Does.StartWith(
                "ValidationException: One or more parameter values were invalid: DynamoDB global tables version 2017.11.29 is not supported."));
    }

    public sealed class Behaviour(Stack stack) : ConformanceTest(stack)
    {
        [TestCase("ListExports", "{}", "{\"ExportSummaries\":[]}")]
        [TestCase("ListImports", "{}", "{\"ImportSummaryList\":[]}")]
        [TestCase("ListGlobalTables", "{}", "{\"GlobalTables\":[]}")]
        [TestCase(
            "DescribeKinesisStreamingDestination", "{'TableName':'$T'}", "{\"TableName\":\"$T\",\"KinesisDataStreamDestinations\":[]}")]
        public async Task List_OfWhatThereIsNot_IsEmpty(string operation, string request, string answer)
        {
            OnlyHere();
            await MakeTableAsync(Plain);
            Assert.That((await SendAsync(operation, request)).Text, Is.EqualTo(answer.Replace("$T", Table, StringComparison.Ordinal)));
        }

        [TestCase("EnableKinesisStreamingDestination", "{" + Kinesis + "}", "Kinesis destinations")]
        [TestCase("UpdateTable", "{'TableName':'$T','ReplicaUpdates':[{'Create':{'RegionName':'eu-west-1'}}]}", "replicas")]
        [TestCase("UpdateTable",
            "{'TableName':'$T','ReplicaUpdates':[{'Disassociate':{'RegionName':'us-east-1','DisassociationMode':'WAIT_FOR_REPLICATION'}}]}",
            "replicas")]
        [TestCase("UpdateTable", "{'TableName':'$T','DisassociationProtectionEnabled':true}", "replicas")]
        public async Task Request_ForMoreThanThereIs_SaysThatItIsNotSupported(string operation, string request, string feature)
        {
            OnlyHere();
            await MakeTableAsync(Plain);
            Assert.That(
                (await SendAsync(operation, request)).Error,
                Does.StartWith("ValidationException: ").And.EndsWith($"{Unsupported} {feature}."));
        }

        [TestCase("DisableKinesisStreamingDestination", "", "KinesisStreamingDestination must be ACTIVE to perform DISABLE operation.")]
        [TestCase("UpdateKinesisStreamingDestination",
            ",'UpdateKinesisStreamingConfiguration':{'ApproximateCreationDateTimePrecision':'MICROSECOND'}",
            "Kinesis streaming is not in ACTIVE state. Updates are only allowed in ACTIVE state. TableName: $T, "
            + "kdsArn: arn:aws:kinesis:us-east-1:000000000000:stream/s")]
        public async Task KinesisDestination_ThatIsNotThere_IsRefusedInTheServicesWords(string operation, string members, string why)
        {
            await MakeTableAsync(Plain);
            Assert.That((await SendAsync(operation, $"{{{Kinesis}{members}}}")).Error,
                Is.EqualTo("ValidationException: Table is not in a valid state to enable Kinesis Streaming Destination: "
                    + why.Replace("$T", Table, StringComparison.Ordinal)));
        }

        [TestCase("StartBulkPutItems", "{'TableName':'$T','InputS3Configuration':{'S3Bucket':'bucket','InputFormat':'DYNAMODB_JSON'},"
            + "'OutputS3Configuration':{'S3Bucket':'bucket','OutputType':['ERROR']}}")]
        [TestCase("ImportTable", "{'S3BucketSource':{'S3Bucket':'bucket'},'InputFormat':'CSV','TableCreationParameters':{'TableName':'n-$T',"
            + "'BillingMode':'PAY_PER_REQUEST','KeySchema':[{'AttributeName':'a','KeyType':'HASH'}],"
            + "'AttributeDefinitions':[{'AttributeName':'a','AttributeType':'S'}]}}")]
        public async Task Request_ThatNeedsABucket_NamesTheOption(string operation, string request)
        {
            OnlyHere();
            await MakeTableAsync(Plain);
            Assert.That(
                (await SendAsync(operation, request)).Error,
                Does.StartWith("ValidationException: " + operation).And.Contain("Backend:Buckets"));
        }

        [Test]
        public async Task CreateTable_OfAReplica_IsRefusedAndMakesNothing()
        {
            OnlyHere();
            Assert.That((await SendAsync("CreateTable", "{'TableName':'$T','GlobalTableSourceArn':'" + Arn + "'}")).Error,
                Is.EqualTo($"ValidationException: GlobalTableSourceArn {Unsupported} replicas."));
            Assert.That((await SendAsync("DescribeTable", "{'TableName':'$T'}")).Error, Does.StartWith("ResourceNotFoundException"));
        }

        [Test]
        public async Task Export_NeedsRecovery_AndIsRefusedWithIt()
        {
            OnlyHere();
            await MakeTableAsync(Plain);
            const string Export = "{'TableArn':'arn:aws:dynamodb:us-east-1:000000000000:table/$T','S3Bucket':'bucket'}";
            Assert.That((await SendAsync("ExportTableToPointInTime", Export)).Error,
                Is.EqualTo($"PointInTimeRecoveryUnavailableException: Point in time recovery is not enabled for table '{Table}'"));
            await SendAsync(
                "UpdateContinuousBackups", "{'TableName':'$T','PointInTimeRecoverySpecification':{'PointInTimeRecoveryEnabled':true}}");
            Assert.That(
                (await SendAsync("ExportTableToPointInTime", Export)).Error,
                Does.StartWith("ValidationException: ExportTableToPointInTime needs buckets"));
        }

        private void OnlyHere()
        {
            if (Stack.IsElsewhere)
            {
                Assert.Ignore("The service can do this.");
            }
        }
    }
}
