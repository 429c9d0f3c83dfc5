using NUnit.Framework;

namespace DaxProxy.Conformance.Operations;

/// <summary>RestoreTableFromBackup and RestoreTableToPointInTime.</summary>
public static class RestoreTests
{
    private const string Absent = "arn:aws:dynamodb:us-east-1:000000000000:table/absent/backup/01700000000000-01234567";
    private const string On = "{'TableName':'$T','PointInTimeRecoverySpecification':{'PointInTimeRecoveryEnabled':true}}";
    private const string ByB =
        "{'IndexName':'byB','KeySchema':[{'AttributeName':'b','KeyType':'HASH'}],'Projection':{'ProjectionType':'ALL'}";

    private static TableShape Indexed =>
        new TableShape("p:S s:S").Lsi("byA", "p:S a:N", "ALL").Gsi("byB", "b:S", "ALL").Gsi("byC", "c:S", "ALL");

    public sealed class Validation(Stack stack) : ConformanceTest(stack)
    {
        [TestCase("RestoreTableToPointInTime", "{'TargetTableName':'new','UseLatestRestorableTime':true}",
            "ValidationException: Must provide exactly one of: sourceTableArn, sourceTableName")]
        [TestCase("RestoreTableToPointInTime", "{'SourceTableName':'$T','TargetTableName':'new'}",
            "ValidationException: Invalid Request: Either one of RestoreDateTime or UseLatestRestorableTime must be specified, but not both")]
        [TestCase(
            "RestoreTableFromBackup", "{'BackupArn':'" + Absent + "','TargetTableName':'new'}",
            "BackupNotFoundException: Backup not found: " + Absent)]
        [TestCase("RestoreTableFromBackup", "{'BackupArn':'arn:aws:dynamodb:us-east-1:000000000000:table/absent','TargetTableName':'new'}",
            "ValidationException: Invalid Backup ARN")]
        public async Task Request_ThatIsBadOrForNothing_IsRefusedInTheServicesWords(string operation, string request, string error) =>
            Assert.That((await SendAsync(operation, request)).Error, Is.EqualTo(error));

        [Test]
        public async Task Source_ThatDoesNotExist_IsNotFoundInItsOwnWords() => Assert.That(
            (await SendAsync(
                "RestoreTableToPointInTime", "{'SourceTableName':'$T','TargetTableName':'new','UseLatestRestorableTime':true}")).Error,
            Is.EqualTo($"TableNotFoundException: Table not found: {Table}"));
    }

    public sealed class Behaviour(Stack stack) : BackupTest(stack)
    {
        [Test]
        public async Task PointInTime_NeedsRecovery_ThenATimeThatIsKept_ThenAFreeName()
        {
            await MakeTableAsync(Plain);
            const string Restore = "{'SourceTableName':'$T','TargetTableName':'$T','UseLatestRestorableTime':true}";
            Assert.That((await CallAsync("RestoreTableToPointInTime", Restore)).Error,
                Is.EqualTo($"PointInTimeRecoveryUnavailableException: Point in time recovery is not enabled for table '{Table}'"));
            await CallAsync("UpdateContinuousBackups", On);
            Assert.That(
                (await CallAsync(
                    "RestoreTableToPointInTime",
                    Restore.Replace("'UseLatestRestorableTime':true", "'RestoreDateTime':1000", StringComparison.Ordinal))).Error,
                Does.StartWith("InvalidRestoreTimeException"));
            Assert.That(
                (await CallAsync("RestoreTableToPointInTime", Restore)).Error,
                Is.EqualTo($"TableAlreadyExistsException: Table already exists: {Table}"));
        }

        [Test]
        public async Task Backup_Restored_IsTheTableWithItsIndexes()
        {
            await MakeTableAsync(Indexed);
            await PutAsync("{'p':{'S':'1'},'s':{'S':'x'},'a':{'N':'3'},'b':{'S':'B'}}");
            string arn = await BackUpAsync();
            await PutAsync("{'p':{'S':'2'},'s':{'S':'x'},'a':{'N':'3'},'b':{'S':'B'}}");
            WireReply answer = await CallAsync("RestoreTableFromBackup", $"{{'BackupArn':'{arn}','TargetTableName':'$N'}}");
            Assert.That(
                (answer["TableDescription.TableStatus"], answer["TableDescription.ItemCount"], answer["TableDescription.RestoreSummary.SourceBackupArn"],
                    answer["TableDescription.RestoreSummary.RestoreInProgress"]),
                Is.EqualTo(("'CREATING'", "0", $"'{arn}'", "true")));
            await WaitForTableAsync(Restored);
            WireReply described = await CallAsync("DescribeTable", "{'TableName':'$N'}");
            Assert.That(
                (described["Table.RestoreSummary.RestoreInProgress"], described["Table.BillingModeSummary.BillingMode"],
                    described["Table.GlobalSecondaryIndexes.0.IndexStatus"]),
                Is.EqualTo(("false", "'PAY_PER_REQUEST'", "'ACTIVE'")));
            Assert.That(await CountAsync("byB", "b = :v", "B"), Is.EqualTo("1"));
            Assert.That(await CountAsync("byA", "p = :v", "1"), Is.EqualTo("1"));
            Assert.That(
                (await CallAsync("GetItem", "{'TableName':'$N','ConsistentRead':true,'Key':{'p':{'S':'2'},'s':{'S':'x'}}}")).Text,
                Is.EqualTo("{}"));
            Assert.That((await CallAsync("RestoreTableFromBackup", $"{{'BackupArn':'{arn}','TargetTableName':'$N'}}")).Error,
                Is.EqualTo($"TableAlreadyExistsException: Table already exists: {Restored}"));
        }

        [Test]
        public async Task Overrides_ChangeTheNewTable()
        {
            await MakeTableAsync(Indexed);
            await PutAsync("{'p':{'S':'1'},'s':{'S':'x'},'a':{'N':'3'},'b':{'S':'B'},'c':{'S':'C'}}");
            string arn = await BackUpAsync();
            string restore = $"{{'BackupArn':'{arn}','TargetTableName':'$N','BillingModeOverride':'PROVISIONED',"
                + "'ProvisionedThroughputOverride':{'ReadCapacityUnits':3,'WriteCapacityUnits':4},'LocalSecondaryIndexOverride':[],"
                + "'SSESpecificationOverride':{'Enabled':true},'GlobalSecondaryIndexOverride':[" + ByB + "$more}]}";
            Assert.That(
                (await CallAsync("RestoreTableFromBackup", restore.Replace("$more", "", StringComparison.Ordinal))).Error,
                Does.StartWith("ValidationException"));
            const string Capacity = ",'ProvisionedThroughput':{'ReadCapacityUnits':1,'WriteCapacityUnits':2}";
            Assert.That(
                (await CallAsync("RestoreTableFromBackup", restore.Replace("$more", Capacity, StringComparison.Ordinal))).Error, Is.Null);
            await WaitForTableAsync(Restored);
            WireReply table = await CallAsync("DescribeTable", "{'TableName':'$N'}");
            Assert.That(
                (table["Table.ProvisionedThroughput.WriteCapacityUnits"], table["Table.GlobalSecondaryIndexes.0.ProvisionedThroughput.WriteCapacityUnits"],
                    table["Table.GlobalSecondaryIndexes.1"], table["Table.LocalSecondaryIndexes"], table["Table.SSEDescription.Status"]),
                Is.EqualTo(("4", "2", (string?)null, (string?)null, "'ENABLED'")));
            Assert.That(table["Table.AttributeDefinitions"], Is.EqualTo(
                "[{'AttributeName':'b','AttributeType':'S'},{'AttributeName':'p','AttributeType':'S'},{'AttributeName':'s','AttributeType':'S'}]"));
            Assert.That(await CountAsync("byB", "b = :v", "B"), Is.EqualTo("1"));
        }

        [TestCase("'GlobalSecondaryIndexOverride':[{'IndexName':'byOther','KeySchema':[{'AttributeName':'b','KeyType':'HASH'}],'Projection':{'ProjectionType':'ALL'}}]")]
        [TestCase("'GlobalSecondaryIndexOverride':[{'IndexName':'byB','KeySchema':[{'AttributeName':'c','KeyType':'HASH'}],'Projection':{'ProjectionType':'ALL'}}]")]
        [TestCase("'GlobalSecondaryIndexOverride':[{'IndexName':'byB','KeySchema':[{'AttributeName':'b','KeyType':'HASH'}],'Projection':{'ProjectionType':'KEYS_ONLY'}}]")]
        [TestCase("'LocalSecondaryIndexOverride':[" + ByB + "}]")]
        [TestCase("'ProvisionedThroughputOverride':{'ReadCapacityUnits':1,'WriteCapacityUnits':1}")]
        public async Task Override_ThatDoesNotFitTheSource_IsRefusedAndMakesNothing(string member)
        {
            await MakeTableAsync(Indexed);
            string arn = await BackUpAsync();
            Assert.That(
                (await CallAsync("RestoreTableFromBackup", $"{{'BackupArn':'{arn}','TargetTableName':'$N',{member}}}")).Error,
                Does.StartWith("ValidationException"));
            Assert.That((await CallAsync("DescribeTable", "{'TableName':'$N'}")).Error, Does.StartWith("ResourceNotFoundException"));
        }

        [Test]
        public async Task VectorIndexes_AreRestored_OrThoseThatAreAskedFor()
        {
            const string Index =
                "'VectorAttribute':{'AttributeName':'v'},'Dimensions':2,'DistanceFunction':'COSINE','Projection':{'ProjectionType':'KEYS_ONLY'}}";
            Assert.That(
                (await CallAsync(
                    "CreateTable", "{'TableName':'$T','BillingMode':'PAY_PER_REQUEST','KeySchema':[{'AttributeName':'p','KeyType':'HASH'}],"
                    + "'AttributeDefinitions':[{'AttributeName':'p','AttributeType':'S'}],'VectorIndexes':[{'IndexName':'one'," + Index
                        + ",{'IndexName':'two'," + Index + "]}")).Error,
                Is.Null);
            await WaitForTableAsync(Table);
            await PutAsync("{'p':{'S':'a'},'v':{'L':[{'N':'1'},{'N':'0'}]}}");
            string arn = await BackUpAsync();
            Assert.That(
                (await CallAsync(
                    "RestoreTableFromBackup",
                    $"{{'BackupArn':'{arn}','TargetTableName':'$N','VectorIndexOverride':[{{'IndexName':'two',{Index}]}}")).Error,
                Is.Null);
            await WaitForTableAsync(Restored);
            WireReply described = await CallAsync("DescribeTable", "{'TableName':'$N'}");
            Assert.That(
                (described["Table.VectorIndexes.0.IndexName"], described["Table.VectorIndexes.1"]), Is.EqualTo(("'two'", (string?)null)));
            WireReply found = await CallAsync(
                "SearchVectors", "{'TableName':'$N','IndexName':'two','SearchVector':[{'N':'1'},{'N':'1'}],'TopK':5}");
            Assert.That(found["SearchResults.0.Item.p.S"], Is.EqualTo("'a'"), found.Text);
        }

        [Test]
        public async Task Settings_ThatAreNotRestored_AreNot()
        {
            await MakeTableAsync(Plain);
            await CallAsync("UpdateTimeToLive", "{'TableName':'$T','TimeToLiveSpecification':{'Enabled':true,'AttributeName':'ends'}}");
            await CallAsync("UpdateTable", "{'TableName':'$T','StreamSpecification':{'StreamEnabled':true,'StreamViewType':'KEYS_ONLY'}}");
            await CallAsync("UpdateContinuousBackups", On);
            string arn = await BackUpAsync();
            await CallAsync("RestoreTableFromBackup", $"{{'BackupArn':'{arn}','TargetTableName':'$N'}}");
            await WaitForTableAsync(Restored);
            Assert.That(
                (await CallAsync("DescribeTimeToLive", "{'TableName':'$N'}"))["TimeToLiveDescription.TimeToLiveStatus"],
                Is.EqualTo("'DISABLED'"));
            Assert.That((await CallAsync("DescribeTable", "{'TableName':'$N'}"))["Table.LatestStreamArn"], Is.Null);
            Assert.That(
                (await CallAsync("DescribeContinuousBackups", "{'TableName':'$N'}"))["ContinuousBackupsDescription.PointInTimeRecoveryDescription.PointInTimeRecoveryStatus"],
                Is.EqualTo("'DISABLED'"));
        }

        [Test]
        public async Task Name_OfADeletedTable_ShowsTheRestoredItemsOnly()
        {
            await MakeTableAsync(Indexed);
            await PutAsync("{'p':{'S':'1'},'s':{'S':'x'},'b':{'S':'B'},'v':{'S':'backed up'}}");
            string arn = await BackUpAsync();
            await PutAsync("{'p':{'S':'1'},'s':{'S':'x'},'b':{'S':'B'},'v':{'S':'later'}}");
            await PutAsync("{'p':{'S':'1'},'s':{'S':'y'},'b':{'S':'B'},'v':{'S':'later'}}");
            for (int i = 0; i < 2; i++)
            {
                await ShowAsync();
            }

            await CallAsync("DeleteTable", "{'TableName':'$T'}");
            Assert.That((await CallAsync("RestoreTableFromBackup", $"{{'BackupArn':'{arn}','TargetTableName':'$T'}}")).Error, Is.Null);
            await WaitForTableAsync(Table);
            for (int i = 0; i < 2; i++)
            {
                Assert.That(await ShowAsync(), Is.EqualTo("backed up|1|1|1"));
            }

            async Task<string> ShowAsync()
            {
                WireReply item = await CallAsync("GetItem", "{'TableName':'$T','Key':{'p':{'S':'1'},'s':{'S':'x'}}}");
                WireReply query = await CallAsync(
                    "Query", "{'TableName':'$T','KeyConditionExpression':'p = :p','ExpressionAttributeValues':{':p':{'S':'1'}}}");
                WireReply index = await CallAsync(
                    "Query",
                    "{'TableName':'$T','IndexName':'byB','KeyConditionExpression':'b = :b','ExpressionAttributeValues':{':b':{'S':'B'}}}");
                return $"{(string?)item.Body["Item"]?["v"]?["S"]}|{query["Count"]}|{index["Count"]}|{(await CallAsync("Scan", "{'TableName':'$T'}"))["Count"]}";
            }
        }

        private async Task<string?> CountAsync(string index, string condition, string value)
        {
            WireReply reply = await CallAsync(
                "Query",
                $"{{'TableName':'$N','IndexName':'{index}','KeyConditionExpression':'{condition}','ExpressionAttributeValues':{{':v':{{'S':'{value}'}}}}}}");
            return reply["Count"] ?? reply.Text;
        }
    }
}
